package io.greenlang.metrics.feed;

import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The boundary between replay and live feed, captured at the moment at which a cursor was opened.
 *
 * @param epoch the epoch of the positions that the client sees
 * @param head the latest publication id; everything after it is delivered by the feed
 * @param offsets maps a publication id to its offset
 * @param numbers the window numbers; null for raw metrics
 * @param since the publication id up to which the client has received everything; null if unknown.
 *     It exceeds {@code head} if another instance was ahead of this one
 */
record Joint(
    String epoch,
    long head,
    LongUnaryOperator offsets,
    @Nullable WindowNumbers numbers,
    @Nullable Long since) {

  /** Instances close a window within a second of each other. */
  private static final long MAX_WINDOWS_AHEAD = 2;

  /** Captures the boundary. Called under the channel lock. */
  static Joint of(
      Numbering publicationIds, @Nullable WindowNumbers windowNumbers, @Nullable Position since) {
    return windowNumbers == null
        ? forPublications(publicationIds, since)
        : forWindows(publicationIds, windowNumbers, since);
  }

  private static Joint forPublications(Numbering publicationIds, @Nullable Position since) {
    long shift = publicationIds.newest() - publicationIds.offset(publicationIds.newest());
    return new Joint(
        publicationIds.epoch(),
        publicationIds.newest(),
        publicationId -> publicationId - shift,
        null,
        since == null ? null : publicationIds.number(since));
  }

  private static Joint forWindows(
      Numbering publicationIds, WindowNumbers windowNumbers, @Nullable Position since) {
    String epoch = windowNumbers.epoch(publicationIds.epoch());
    Long resumeAfter = null;
    if (since != null
        && since.epoch().equals(epoch)
        && since.offset() <= windowNumbers.newest() + MAX_WINDOWS_AHEAD
        && since.offset() >= windowNumbers.brokenAt()) {
      resumeAfter = since.offset();
    }
    return new Joint(
        epoch,
        windowNumbers.newest(),
        windowNumber -> windowNumber,
        windowNumbers.frozen(),
        resumeAfter);
  }

  /** Returns the position that clients see for a publication id. */
  Position position(long publicationId) {
    return new Position(epoch, offsets.applyAsLong(publicationId));
  }
}
