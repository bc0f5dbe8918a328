package io.greenlang.metrics;

import io.greenlang.metrics.internal.sketch.ConcurrentHistogram;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A recorder of observations from many threads, drained once per interval into a {@link
 * Distribution}. A source that measures durations or sizes records into it, and drains it when it
 * is collected. Applications that only publish use {@code MetricsHub.histogram}.
 *
 * <p>{@link #record} takes no lock, never waits and allocates nothing once the magnitudes that
 * occur were seen. Memory: 8 bytes per bucket in use, for each of at most 16 groups of threads;
 * durations that differ by a factor of 100 take 2 KB for each group.
 */
public final class DistributionRecorder {

  private final ConcurrentHistogram histogram = new ConcurrentHistogram();
  private final LongAdder ignored = new LongAdder();

  /**
   * Records an observation. Any thread. NaN and infinities are ignored and counted, because a
   * measurement must not fail the code that it measures.
   */
  public void record(double observation) {
    if (Double.isFinite(observation)) {
      histogram.add(observation);
    } else {
      ignored.increment();
    }
  }

  /** Returns the number of observations that were NaN or infinite, and therefore ignored. */
  public long ignored() {
    return ignored.sum();
  }

  /**
   * Returns the distribution of all observations since the previous call; null if there was none.
   * Each observation is returned exactly once. One thread at a time.
   */
  public @Nullable Distribution drain() {
    Drain drain = new Drain();
    histogram.drainTo(drain);
    return drain.builder == null ? null : drain.builder.build();
  }

  /** A sink that creates the builder only if there are observations: most recorders are idle. */
  private static final class Drain implements ConcurrentHistogram.Sink {

    private Distribution.@Nullable Builder builder;

    private Distribution.Builder builder() {
      Distribution.Builder existing = builder;
      if (existing == null) {
        existing = Distribution.builder();
        builder = existing;
      }
      return existing;
    }

    @Override
    public void addBucket(int sign, int index, long count) {
      builder().addBucket(sign, index, count);
    }

    @Override
    public void addStatistics(double sum, double min, double max) {
      builder().addStatistics(sum, min, max);
    }

    @Override
    public void addStatistics(long count, double mean, double min, double max) {
      builder().addStatistics(count, mean, min, max);
    }
  }
}
