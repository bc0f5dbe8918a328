package io.greenlang.metrics.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.step.StepMeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The meters of a registry whose counts restart with each step, so that no total can be published.
 * Registries of several types have them if they are configured for steps or deltas, and some of the
 * classes have no common type. A composite reads each meter from one child, which it does not name;
 * so one child with such meters affects all its counters, timers and summaries. Confined to the
 * thread that collects.
 */
final class StepMeters {

  private static final ClassValue<Boolean> IS_STEP =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          Class<?> parent = type.getSuperclass();
          boolean isNamedSo =
              type.getName().startsWith("io.micrometer.") && type.getSimpleName().contains("Step");
          return isNamedSo || (parent != null && IS_STEP.get(parent));
        }
      };

  private final MeterRegistry registry;
  private boolean compositeHasSteps;

  StepMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Begins a collection. A composite may have received another child. */
  void begin() {
    compositeHasSteps = registry instanceof CompositeMeterRegistry && hasSteps(registry);
  }

  /** Returns whether the counts of a meter of the registry restart with each step. */
  boolean contains(Meter meter) {
    return IS_STEP.get(meter.getClass()) || (compositeHasSteps && isCounter(meter));
  }

  private static boolean hasSteps(MeterRegistry registry) {
    if (registry instanceof CompositeMeterRegistry composite) {
      return composite.getRegistries().stream().anyMatch(StepMeters::hasSteps);
    }
    if (registry instanceof StepMeterRegistry) {
      return true;
    }
    AtomicBoolean found = new AtomicBoolean();
    registry.forEachMeter(
        meter -> {
          if (IS_STEP.get(meter.getClass())) {
            found.setPlain(true);
          }
        });
    return found.getPlain();
  }

  /** Returns whether a meter has a total, as timers and summaries have. */
  private static boolean isCounter(Meter meter) {
    return meter instanceof Counter
        || meter instanceof Timer
        || meter instanceof DistributionSummary
        || meter instanceof FunctionCounter
        || meter instanceof FunctionTimer;
  }
}
