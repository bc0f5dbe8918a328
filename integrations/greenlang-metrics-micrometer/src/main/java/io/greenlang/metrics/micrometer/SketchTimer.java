package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Distribution;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.cumulative.CumulativeTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer whose durations, in milliseconds, are published as distributions. Thread-safe. */
final class SketchTimer extends CumulativeTimer implements MergeableMeter {

  private final SketchHistogram sketch;

  SketchTimer(Id id, Clock clock, DistributionStatisticConfig config, PauseDetector pauseDetector) {
    this(
        id,
        clock,
        config,
        pauseDetector,
        new SketchHistogram(defaultHistogram(clock, config, false)));
  }

  private SketchTimer(
      Id id,
      Clock clock,
      DistributionStatisticConfig config,
      PauseDetector pauseDetector,
      SketchHistogram sketch) {
    super(id, clock, config, pauseDetector, TimeUnit.MILLISECONDS, sketch);
    this.sketch = sketch;
  }

  @Override
  public @Nullable Distribution drain() {
    return sketch.drain();
  }
}
