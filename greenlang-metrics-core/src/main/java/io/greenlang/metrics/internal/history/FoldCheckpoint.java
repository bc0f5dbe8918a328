package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregator;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link WindowFolder} before one sample of a segment. A folder that continues from
 * it closes the same windows as the one that began at the {@link Origin}. Immutable; any thread.
 */
final class FoldCheckpoint {

  /** The memory of this object, its origin and the headers of its arrays. */
  private static final int OVERHEAD_BYTES = 150;

  /**
   * The beginning of a fold, on which its windows depend.
   *
   * @param leadChunk the number of the chunk with the first folded sample
   * @param incomplete whether that sample is not the first one of the series
   */
  record Origin(Aggregator aggregator, Interval interval, int leadChunk, boolean incomplete) {}

  final Origin origin;

  /** The position of the next sample. */
  final long position;

  /** The packed last closed window; null if no window is closed. */
  final byte @Nullable [] previous;

  /** The positions of the samples of open windows, window by window. */
  final long[] open;

  /** The time of the latest sample by which windows close, in epoch milliseconds. */
  final long latestMillis;

  /** The start of the latest window of the segment that is closed, in epoch milliseconds. */
  final long closedMillis;

  /** Whether the first folded sample follows one that is unknown. */
  final boolean incomplete;

  FoldCheckpoint(
      Origin origin,
      long position,
      byte @Nullable [] previous,
      long[] open,
      long latestMillis,
      long closedMillis,
      boolean incomplete) {
    this.origin = origin;
    this.position = position;
    this.previous = previous;
    this.open = open;
    this.latestMillis = latestMillis;
    this.closedMillis = closedMillis;
    this.incomplete = incomplete;
  }

  /** Returns whether another state makes this one useless: it is newer, and of the same windows. */
  boolean isReplacedBy(FoldCheckpoint added) {
    return origin.interval() == added.origin.interval()
        && (position == added.position || !origin.equals(added.origin));
  }

  /** Returns the memory of the state, in bytes. */
  int bytes() {
    return OVERHEAD_BYTES + (previous == null ? 0 : previous.length) + open.length * Long.BYTES;
  }
}
