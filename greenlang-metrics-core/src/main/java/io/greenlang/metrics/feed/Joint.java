package io.greenlang.metrics.feed;

import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the past ends for a client and its feed begins: all that must be known of the very moment
 * in which its cursor was opened.
 *
 * @param epoch the numbering's name
 * @param head the newest block; what is behind it comes from the feed
 * @param offsets from a block's number to its offset
 * @param numbers the numbering of the windows; null for readings as they come
 * @param since the block up to which the client has seen everything; null if it is not known. It is
 *     behind the head if another instance was ahead of this one
 */
record Joint(
    String epoch,
    long head,
    LongUnaryOperator offsets,
    @Nullable WindowNumbers numbers,
    @Nullable Long since) {

  /** Instances close a window within a second of each other. */
  private static final long MAX_WINDOWS_AHEAD = 2;

  /** Under the channel's lock. */
  static Joint of(Numbering numbering, @Nullable WindowNumbers numbers, @Nullable Position since) {
    return numbers == null
        ? ofPublications(numbering, since)
        : ofWindows(numbering, numbers, since);
  }

  private static Joint ofPublications(Numbering numbering, @Nullable Position since) {
    long shift = numbering.newest() - numbering.offset(numbering.newest());
    return new Joint(
        numbering.epoch(),
        numbering.newest(),
        number -> number - shift,
        null,
        since == null ? null : numbering.number(since));
  }

  private static Joint ofWindows(
      Numbering numbering, WindowNumbers numbers, @Nullable Position since) {
    String epoch = numbers.epoch(numbering.epoch());
    Long seen = null;
    if (since != null
        && since.epoch().equals(epoch)
        && since.offset() <= numbers.newest() + MAX_WINDOWS_AHEAD
        && since.offset() >= numbers.brokenAt()) {
      seen = since.offset();
    }
    return new Joint(epoch, numbers.newest(), number -> number, numbers.frozen(), seen);
  }

  /** A block as clients see it. */
  Position position(long number) {
    return new Position(epoch, offsets.applyAsLong(number));
  }
}
