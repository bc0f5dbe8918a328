package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Distribution;
import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A summary whose scaled amounts are published as distributions. It keeps count, total and maximum
 * as Micrometer's cumulative summary does, but without reading the clock. Thread-safe.
 */
final class SketchSummary extends AbstractDistributionSummary implements MergeableMeter {

  private final SketchHistogram sketch;
  private final RecentMax max;
  private final LongAdder count = new LongAdder();
  private final DoubleAdder total = new DoubleAdder();

  SketchSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale) {
    this(id, clock, config, scale, new SketchHistogram(defaultHistogram(clock, config, false)));
  }

  private SketchSummary(
      Id id,
      Clock clock,
      DistributionStatisticConfig config,
      double scale,
      SketchHistogram sketch) {
    super(id, scale, sketch);
    this.sketch = sketch;
    this.max = new RecentMax(clock, config);
  }

  @Override
  protected void recordNonNegative(double amount) {
    count.increment();
    total.add(amount);
    max.record(amount);
  }

  @Override
  public long count() {
    return count.sum();
  }

  @Override
  public double totalAmount() {
    return total.sum();
  }

  @Override
  public double max() {
    return max.get();
  }

  @Override
  public @Nullable Distribution drain() {
    max.update();
    return sketch.drain();
  }
}
