package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Distribution;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.internal.DefaultLongTaskTimer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A timer of running tasks. Each collection publishes the distribution of how long the tasks that
 * run at that moment have been running, in milliseconds. Thread-safe.
 */
final class SketchLongTaskTimer extends DefaultLongTaskTimer implements MergeableMeter {

  SketchLongTaskTimer(Id id, Clock clock, DistributionStatisticConfig config) {
    super(id, clock, TimeUnit.MILLISECONDS, config, false);
  }

  @Override
  public @Nullable Distribution drain() {
    Distribution.Builder running = Distribution.builder();
    forEachActive(task -> running.add(Math.max(0, task.duration(TimeUnit.MILLISECONDS))));
    return running.isEmpty() ? null : running.build();
  }
}
