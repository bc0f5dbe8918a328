package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Distribution;
import io.micrometer.core.instrument.AbstractTimer;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.util.TimeUtils;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A timer whose durations, in milliseconds, are published as distributions. It keeps count, total
 * and maximum as Micrometer's cumulative timer does, but without reading the clock. Thread-safe.
 */
final class SketchTimer extends AbstractTimer implements MergeableMeter {

  private final SketchHistogram sketch;
  private final RecentMax max;
  private final LongAdder count = new LongAdder();
  private final LongAdder totalNanos = new LongAdder();

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
    super(id, clock, pauseDetector, TimeUnit.MILLISECONDS, sketch);
    this.sketch = sketch;
    this.max = new RecentMax(clock, config);
  }

  @Override
  protected void recordNonNegative(long amount, TimeUnit unit) {
    long nanos = unit.toNanos(amount);
    count.increment();
    totalNanos.add(nanos);
    max.record((double) nanos);
  }

  @Override
  public long count() {
    return count.sum();
  }

  @Override
  public double totalTime(TimeUnit unit) {
    return TimeUtils.nanosToUnit(totalNanos.doubleValue(), unit);
  }

  @Override
  public double max(TimeUnit unit) {
    return TimeUtils.nanosToUnit(max.get(), unit);
  }

  @Override
  public @Nullable Distribution drain() {
    max.update();
    return sketch.drain();
  }
}
