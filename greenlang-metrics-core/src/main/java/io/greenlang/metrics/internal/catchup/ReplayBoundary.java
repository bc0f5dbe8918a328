package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.internal.sequence.PublicationSequence;
import io.greenlang.metrics.internal.sequence.WindowSequence;
import io.greenlang.metrics.subscription.StreamPosition;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The boundary between replay and live feed, captured at the moment at which a reader was opened.
 *
 * @param epoch the epoch of the positions that the client sees
 * @param latestPublicationId the latest publication id; everything after it is delivered by the
 *     feed
 * @param toOffset maps a publication id to its offset
 * @param windowSequence a copy of the window numbers; null for raw metrics
 * @param resumeAfter the publication id up to which the client has received everything; null if
 *     unknown. It exceeds the latest id if another instance was ahead of this one
 */
public record ReplayBoundary(
    String epoch,
    long latestPublicationId,
    LongUnaryOperator toOffset,
    @Nullable WindowSequence windowSequence,
    @Nullable Long resumeAfter) {

  /** Instances close a window within a second of each other. */
  private static final long MAX_WINDOWS_AHEAD = 2;

  /** Captures the boundary. Called under the channel lock. */
  public static ReplayBoundary capture(
      PublicationSequence publicationIds,
      @Nullable WindowSequence windowSequence,
      @Nullable StreamPosition since) {
    return windowSequence == null
        ? forPublications(publicationIds, since)
        : forWindows(publicationIds, windowSequence, since);
  }

  private static ReplayBoundary forPublications(
      PublicationSequence publicationIds, @Nullable StreamPosition since) {
    long shift = publicationIds.latest() - publicationIds.toOffset(publicationIds.latest());
    return new ReplayBoundary(
        publicationIds.epoch(),
        publicationIds.latest(),
        publicationId -> publicationId - shift,
        null,
        since == null ? null : publicationIds.publicationId(since));
  }

  private static ReplayBoundary forWindows(
      PublicationSequence publicationIds,
      WindowSequence windowSequence,
      @Nullable StreamPosition since) {
    String epoch = windowSequence.epoch(publicationIds.epoch());
    Long resumeAfter = null;
    if (since != null
        && since.epoch().equals(epoch)
        && since.offset() <= windowSequence.latest() + MAX_WINDOWS_AHEAD
        && since.offset() >= windowSequence.resumableFrom()) {
      resumeAfter = since.offset();
    }
    return new ReplayBoundary(
        epoch,
        windowSequence.latest(),
        windowNumber -> windowNumber,
        windowSequence.copy(),
        resumeAfter);
  }

  /** Returns the position that clients see for a publication id. */
  StreamPosition position(long publicationId) {
    return new StreamPosition(epoch, toOffset.applyAsLong(publicationId));
  }
}
