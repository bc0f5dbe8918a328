package io.greenlang.metrics.micrometer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.tck.MeterRegistryCompatibilityKit;
import java.time.Duration;

/** Micrometer's own contract of a registry. */
final class GreenlangMeterRegistryTckTest extends MeterRegistryCompatibilityKit {

  @Override
  public MeterRegistry registry() {
    return new GreenlangMeterRegistry(new MockClock());
  }

  /** Returns the period after which a maximum is forgotten. */
  @Override
  public Duration step() {
    return Duration.ofMinutes(1);
  }
}
