package io.greenlang.metrics.internal.catchup;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameWriter;
import io.greenlang.metrics.internal.frame.MetricBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the latest values of a few series, and the memory to encode them. The copy is made
 * under the channel lock and encoded without it. Used by one thread at a time.
 */
final class LatestSlice {

  /** The maximum number of series. */
  static final int SERIES = 256;

  /** Slices that are not in use, whose memory is used again. Any thread. */
  static final class Pool {

    /** As many as workers that send latest values at the same time. */
    private static final int MAX_IDLE = 4;

    private final BlockingQueue<LatestSlice> idle = new ArrayBlockingQueue<>(MAX_IDLE);

    LatestSlice acquire() {
      LatestSlice pooled = idle.poll();
      return pooled == null ? new LatestSlice() : pooled;
    }

    /** Returns a slice to the pool; if that is full, the slice is garbage. */
    @SuppressWarnings("CheckReturnValue") // as described
    void release(LatestSlice slice) {
      slice.clear();
      idle.offer(slice);
    }
  }

  private final List<Series> candidates = new ArrayList<>(SERIES);
  private final @Nullable Series[] series = new @Nullable Series[SERIES];
  private final boolean[] included = new boolean[SERIES];
  private final double[] values = new double[SERIES];
  private final @Nullable Aggregate[] aggregates = new @Nullable Aggregate[SERIES];
  private final long[] times = new long[SERIES];
  private int size;
  private long offset;

  private final MetricBatch batch = new MetricBatch(0);
  private final int[] indexes = new int[SERIES];
  private final FrameBuffer piece = new FrameBuffer();
  private final FrameWriter.Scratch scratch = new FrameWriter.Scratch();

  LatestSlice() {
    Arrays.setAll(indexes, index -> index);
  }

  /**
   * Begins a copy into this slice, which is empty.
   *
   * @param clientOffset the client's offset while it receives the values
   */
  void begin(long clientOffset) {
    offset = clientOffset;
  }

  /** Removes the references to series, so that an idle slice keeps none of them in memory. */
  private void clear() {
    candidates.clear();
    Arrays.fill(series, 0, size, null);
    Arrays.fill(aggregates, 0, size, null);
    size = 0;
    batch.clear();
    piece.clear();
  }

  /** Returns memory for the series to look at. */
  List<Series> candidates() {
    return candidates;
  }

  /** Copies the latest value of a series. Called under the channel lock. */
  void add(Series added, boolean isIncluded) {
    series[size] = added;
    included[size] = isIncluded;
    values[size] = added.latestValue();
    aggregates[size] = added.latestAggregate();
    times[size] = added.latestTimeMillis();
    size++;
  }

  int size() {
    return size;
  }

  Series series(int index) {
    return Objects.requireNonNull(series[index]);
  }

  /** Returns whether a series was part of the catch-up when it was copied. */
  boolean isIncluded(int index) {
    return included[index];
  }

  /** Returns the frames to send. */
  FrameBuffer piece() {
    return piece;
  }

  /** Returns an empty batch of windows of this length in milliseconds; 0 for raw samples. */
  MetricBatch batch(long windowMillis) {
    batch.reset(windowMillis);
    return batch;
  }

  /** Adds a copied value to a batch. */
  void addTo(MetricBatch target, int index) {
    target.add(series(index).templates(), values[index], aggregates[index], times[index]);
  }

  /** Returns a writer of the frames that a feed's subscription requests. */
  FrameWriter writer(Feed feed) {
    return new FrameWriter(feed.subscription(), feed.encoder(), scratch);
  }

  /** Appends the frames of a batch to the piece, and returns their number. */
  int write(MetricBatch source, FrameWriter writer) {
    if (source.size() == 0) {
      return 0;
    }
    writer.setOffsets(offset, offset, false);
    return writer.write(source, indexes, source.size(), piece);
  }
}
