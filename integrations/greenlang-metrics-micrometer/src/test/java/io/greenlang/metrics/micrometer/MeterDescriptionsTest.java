package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The units and descriptions of meters. */
class MeterDescriptionsTest {

  private final MeterRegistry registry = new GreenlangMeterRegistry();
  private final MicrometerSource source = MicrometerSource.of(registry);

  /** Returns the units by name, after a collection. */
  private static Map<String, @Nullable String> units(MicrometerSource source) {
    source.collect();
    Map<String, @Nullable String> units = new HashMap<>();
    source.descriptions().forEach(each -> units.put(each.name(), each.unit()));
    return units;
  }

  private static void addAllKinds(MeterRegistry registry) {
    Counter.builder("counter").baseUnit("bytes").register(registry);
    Gauge.builder("gauge", () -> 1).baseUnit("threads").register(registry);
    TimeGauge.builder("time", () -> 1, TimeUnit.SECONDS).register(registry);
    Timer.builder("timer").register(registry).record(1, TimeUnit.SECONDS);
    DistributionSummary.builder("summary").baseUnit("bytes").register(registry).record(1);
    FunctionTimer.builder("function", registry, r -> 1, r -> 2, TimeUnit.SECONDS)
        .register(registry);
    LongTaskTimer.builder("task").register(registry).start();
    Meter.builder(
            "custom",
            Meter.Type.OTHER,
            List.of(
                new Measurement(() -> 1.0, Statistic.COUNT),
                new Measurement(() -> 1.0, Statistic.VALUE)))
        .baseUnit("rows")
        .register(registry);
  }

  @Test
  void collect_everyKindOfMeter_hasUnits() {
    addAllKinds(registry);
    assertThat(units(source))
        .hasSize(11)
        .containsEntry("custom.count", "1")
        .containsAllEntriesOf(
            Map.of(
                "counter", "By",
                "gauge", "{thread}",
                "time", "ms",
                "timer", "ms",
                "summary", "By",
                "function.count", "1",
                "function.total", "ms",
                "task", "ms",
                "task.active", "{task}",
                "custom.value", "{row}"));
  }

  @Test
  void collect_registryOfOthers_describesEveryMetric() {
    MeterRegistry other = new SimpleMeterRegistry();
    addAllKinds(other);
    MicrometerSource reading = MicrometerSource.of(other);
    List<String> names =
        reading.collect().stream().map(Metric::name).distinct().collect(Collectors.toList());
    Map<String, @Nullable String> units = units(reading);
    assertThat(units).containsOnlyKeys(names.toArray(String[]::new));
    assertThat(units)
        .containsEntry("timer.count", "1")
        .containsEntry("timer.total", "ms")
        .containsEntry("timer.max", "ms")
        .containsEntry("summary.max", "By");
  }

  @Test
  void descriptions_nothingNew_areTheSameCollection() {
    Counter.builder("a").baseUnit("bytes").tag("x", "1").register(registry);
    source.collect();
    var before = source.descriptions();
    Counter.builder("a").baseUnit("bytes").tag("x", "2").register(registry);
    source.collect();
    assertThat(source.descriptions()).isSameAs(before);
    Counter.builder("b").description("With a text").register(registry);
    source.collect();
    assertThat(source.descriptions())
        .containsExactlyInAnyOrder(
            new MetricDescription(MicrometerSource.DEFAULT_CHANNEL, "a", "By", null),
            new MetricDescription(MicrometerSource.DEFAULT_CHANNEL, "b", null, "With a text"));
  }

  @Test
  void descriptions_textOutsideTheLimits_isOneShorterLine() {
    Counter.builder("lines").description(" two\nlines\t\ud800 ").register(registry);
    Counter.builder("long").description("x".repeat(1_022) + "\ud83d\udc1f").register(registry);
    Counter.builder("blank").description("  ").register(registry);
    Counter.builder("bad unit").baseUnit("bytes per \u00b5s").register(registry);
    source.collect();
    assertThat(source.descriptions())
        .extracting(MetricDescription::description)
        .containsExactlyInAnyOrder("two lines", "x".repeat(1_022));
  }
}
