package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.DistributionRecorder;
import io.micrometer.core.instrument.distribution.Histogram;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * A histogram that records into a mergeable distribution, and into the histogram that the
 * application configured for its own use, such as {@code publishPercentiles}. Thread-safe.
 */
final class SketchHistogram implements Histogram {

  private static final double NANOS_PER_MILLISECOND = 1e6;

  private final DistributionRecorder recorder = new DistributionRecorder();
  private final Histogram configured;

  SketchHistogram(Histogram configured) {
    this.configured = configured;
  }

  /** Records a duration in nanoseconds, as all timers of Micrometer do. */
  @Override
  public void recordLong(long nanos) {
    recorder.record(nanos / NANOS_PER_MILLISECOND);
    configured.recordLong(nanos);
  }

  @Override
  public void recordDouble(double amount) {
    recorder.record(amount);
    configured.recordDouble(amount);
  }

  @Override
  public HistogramSnapshot takeSnapshot(long count, double total, double max) {
    return configured.takeSnapshot(count, total, max);
  }

  @Override
  public void close() {
    configured.close();
  }

  @Nullable Distribution drain() {
    return recorder.drain();
  }
}
