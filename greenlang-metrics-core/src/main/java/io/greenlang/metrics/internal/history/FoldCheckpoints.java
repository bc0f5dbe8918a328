package io.greenlang.metrics.internal.history;

import io.greenlang.metrics.internal.history.FoldCheckpoint.Origin;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The states of folds before samples of one chunk. There is at most one per interval and {@link
 * SegmentFold#STRIDE} samples. Immutable; any thread.
 */
final class FoldCheckpoints extends ReaderCache.Entry {

  /** The memory of this object and its list. */
  private static final int OVERHEAD_BYTES = 100;

  private final SampleChunk chunk;
  private final List<FoldCheckpoint> checkpoints;
  private final long bytes;

  private FoldCheckpoints(SampleChunk chunk, List<FoldCheckpoint> checkpoints) {
    this.chunk = chunk;
    this.checkpoints = checkpoints;
    this.bytes =
        OVERHEAD_BYTES + checkpoints.stream().mapToLong(each -> each.bytes() + Integer.BYTES).sum();
  }

  /** Returns the states that are known, with one more. */
  static FoldCheckpoints with(
      @Nullable FoldCheckpoints known, SampleChunk chunk, FoldCheckpoint added) {
    List<FoldCheckpoint> extended = new ArrayList<>();
    if (known != null) {
      for (FoldCheckpoint each : known.checkpoints) {
        if (!each.isReplacedBy(added)) {
          extended.add(each);
        }
      }
    }
    extended.add(added);
    return new FoldCheckpoints(chunk, List.copyOf(extended));
  }

  /**
   * Returns the latest state in which no window of the segment is closed that starts at {@code
   * fromMillis} or later; null if there is none.
   */
  @Nullable FoldCheckpoint latest(Origin origin, long fromMillis) {
    FoldCheckpoint latest = null;
    for (FoldCheckpoint each : checkpoints) {
      if (each.closedMillis < fromMillis
          && (latest == null || each.position > latest.position)
          && each.origin.equals(origin)) {
        latest = each;
      }
    }
    return latest;
  }

  /** Returns whether the state before a sample is known. */
  boolean contains(Origin origin, long position) {
    for (FoldCheckpoint each : checkpoints) {
      if (each.position == position && each.origin.equals(origin)) {
        return true;
      }
    }
    return false;
  }

  @Override
  long bytes() {
    return bytes;
  }

  @Override
  void link() {
    chunk.setCheckpoints(this);
  }

  @Override
  void unlink() {
    chunk.setCheckpoints(null);
  }
}
