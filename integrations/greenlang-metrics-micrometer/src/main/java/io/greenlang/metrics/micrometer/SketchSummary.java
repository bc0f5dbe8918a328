package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Distribution;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.cumulative.CumulativeDistributionSummary;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import org.jspecify.annotations.Nullable;

/** A summary whose scaled amounts are published as distributions. Thread-safe. */
final class SketchSummary extends CumulativeDistributionSummary implements MergeableMeter {

  private final SketchHistogram sketch;

  SketchSummary(Id id, Clock clock, DistributionStatisticConfig config, double scale) {
    this(id, clock, config, scale, new SketchHistogram(defaultHistogram(clock, config, false)));
  }

  private SketchSummary(
      Id id,
      Clock clock,
      DistributionStatisticConfig config,
      double scale,
      SketchHistogram sketch) {
    super(id, clock, config, scale, sketch);
    this.sketch = sketch;
  }

  @Override
  public @Nullable Distribution drain() {
    return sketch.drain();
  }
}
