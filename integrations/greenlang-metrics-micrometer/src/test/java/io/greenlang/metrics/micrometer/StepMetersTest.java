package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.logging.LoggingMeterRegistry;
import io.micrometer.core.instrument.simple.CountingMode;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Registries whose counts restart with each step, although their type does not say so. */
class StepMetersTest {

  private static MeterRegistry simpleWithSteps() {
    SimpleConfig config =
        new SimpleConfig() {
          @Override
          public @Nullable String get(String key) {
            return null;
          }

          @Override
          public CountingMode mode() {
            return CountingMode.STEP;
          }
        };
    return new SimpleMeterRegistry(config, new MockClock());
  }

  private static MeterRegistry otlp(AggregationTemporality temporality) {
    OtlpConfig config =
        new OtlpConfig() {
          @Override
          public @Nullable String get(String key) {
            return null;
          }

          @Override
          public boolean enabled() {
            return false;
          }

          @Override
          public AggregationTemporality aggregationTemporality() {
            return temporality;
          }
        };
    return new OtlpMeterRegistry(config, Clock.SYSTEM);
  }

  /** Adds one meter of each kind that counts, and one gauge. */
  private static void addMeters(MeterRegistry registry) {
    registry.counter("counter").increment();
    registry.timer("timer").record(Duration.ofMillis(1));
    registry.summary("summary").record(1);
    FunctionCounter.builder("function", registry, any -> 1).register(registry);
    registry.gauge("gauge", 1);
  }

  private static List<String> names(MicrometerSource source) {
    return source.collect().stream().map(Metric::name).sorted().toList();
  }

  private static void assertOnlyGauge(MeterRegistry registry) {
    MicrometerSource source = MicrometerSource.of(registry);
    addMeters(registry);
    assertThat(names(source)).containsExactly("gauge");
    assertThat(source.skipped()).isEqualTo(4);
    registry.close();
  }

  @Test
  void collect_simpleRegistryWithSteps_leavesOutCounters() {
    assertOnlyGauge(simpleWithSteps());
  }

  @Test
  void collect_otlpRegistryWithDeltas_leavesOutCounters() {
    assertOnlyGauge(otlp(AggregationTemporality.DELTA));
  }

  @Test
  void collect_otlpRegistryWithTotals_publishesAll() {
    MeterRegistry registry = otlp(AggregationTemporality.CUMULATIVE);
    MicrometerSource source = MicrometerSource.of(registry);
    addMeters(registry);
    assertThat(names(source)).contains("counter", "timer.count", "summary.count", "function");
    assertThat(source.skipped()).isZero();
    registry.close();
  }

  @Test
  void collect_compositeWithStepRegistry_leavesOutCounters() {
    CompositeMeterRegistry composite = new CompositeMeterRegistry();
    composite.add(new SimpleMeterRegistry());
    composite.add(new LoggingMeterRegistry(key -> null, Clock.SYSTEM));
    assertOnlyGauge(composite);
  }

  @Test
  void collect_nestedCompositeReceivesStepRegistryLater_leavesOutCounters() {
    CompositeMeterRegistry inner = new CompositeMeterRegistry();
    inner.add(new SimpleMeterRegistry());
    CompositeMeterRegistry composite = new CompositeMeterRegistry();
    composite.add(inner);
    MicrometerSource source = MicrometerSource.of(composite);
    addMeters(composite);
    assertThat(names(source)).contains("counter", "gauge");
    inner.add(simpleWithSteps());
    assertThat(names(source)).containsExactly("gauge");
  }
}
