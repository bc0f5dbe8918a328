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
 * @param since the block up to which the client has seen everything; null if it is not known
 */
record Joint(
    String epoch,
    long head,
    LongUnaryOperator offsets,
    @Nullable WindowNumbers numbers,
    @Nullable Long since) {

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
    Long seen = null;
    for (String name : numbering.names()) {
      if (since != null
          && since.epoch().equals(numbers.epoch(name))
          && since.offset() <= numbers.newest()) {
        seen = since.offset();
      }
    }
    return new Joint(
        numbers.epoch(numbering.epoch()),
        numbers.newest(),
        number -> number,
        numbers.frozen(),
        seen);
  }

  /** A block as clients see it. */
  Position position(long number) {
    return new Position(epoch, offsets.applyAsLong(number));
  }
}
