package io.greenlang.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.core.instrument.logging.LoggingMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MicrometerSourceTest {

  private static final TimeUnit SECONDS = TimeUnit.SECONDS;

  private final MockClock clock = new MockClock();
  private final MeterRegistry registry = new GreenlangMeterRegistry(clock);
  private final MicrometerSource source = MicrometerSource.of(registry);

  private List<Metric> collect() {
    return List.copyOf(source.collect());
  }

  private List<String> names() {
    return collect().stream().map(Metric::name).sorted().collect(Collectors.toList());
  }

  @Test
  void timer_recordings_areOneDistributionInMilliseconds() {
    Timer timer = registry.timer("http.server.requests", "uri", "/orders");
    for (int i = 1; i <= 100; i++) {
      timer.record(i, TimeUnit.MILLISECONDS);
    }
    Metric metric = collect().get(0);
    assertThat(metric.channel()).isEqualTo(MicrometerSource.DEFAULT_CHANNEL);
    assertThat(metric.type()).isEqualTo(MetricType.HISTOGRAM);
    assertThat(metric.tags()).isEqualTo(io.greenlang.metrics.Tags.of("uri", "/orders"));
    Distribution distribution = (Distribution) Objects.requireNonNull(metric.detail());
    assertThat(distribution.count()).isEqualTo(100);
    assertThat(distribution.max()).isEqualTo(100);
    assertThat(distribution.quantile(0.99)).isBetween(98.0, 100.0);
  }

  @Test
  void timer_noRecording_publishesNothing() {
    Timer timer = registry.timer("idle");
    timer.record(Duration.ofMillis(1));
    assertThat(names()).containsExactly("idle");
    assertThat(names()).isEmpty();
  }

  @Test
  void summary_scaledAmounts_areDistribution() {
    io.micrometer.core.instrument.DistributionSummary.builder("size")
        .scale(10)
        .register(registry)
        .record(5);
    assertThat(collect().get(0).value()).isEqualTo(50);
  }

  @Test
  void counter_total_carriesItsStart() {
    Counter counter = registry.counter("orders");
    counter.increment(3);
    Metric metric = collect().get(0);
    assertThat(metric.type()).isEqualTo(MetricType.COUNTER);
    assertThat(metric.value()).isEqualTo(3);
    assertThat(metric.detail()).isInstanceOf(CounterStart.class);
  }

  @Test
  void longTaskTimer_runningTasks_areCountedAndDistributed() {
    LongTaskTimer timer = registry.more().longTaskTimer("import");
    timer.start();
    clock.add(Duration.ofSeconds(2));
    timer.start();
    assertThat(collect().stream().map(Metric::value)).containsExactly(2.0, 1000.0);
  }

  @Test
  void functionMeters_state_isSampled() {
    AtomicInteger calls = new AtomicInteger(4);
    registry.more().counter("calls", Tags.empty(), calls);
    registry.more().timer("job", Tags.empty(), calls, AtomicInteger::get, each -> 8, SECONDS);
    registry.more().timeGauge("age", Tags.empty(), calls, SECONDS, AtomicInteger::get);
    assertThat(collect().stream().collect(Collectors.toMap(Metric::name, Metric::value)))
        .containsEntry("calls", 4.0)
        .containsEntry("job.count", 4.0)
        .containsEntry("job.total", 8000.0)
        .containsEntry("age", 4000.0);
  }

  @Test
  void customMeter_measurements_areNamedByStatistic() {
    Meter.builder(
            "pool",
            Meter.Type.OTHER,
            List.of(
                new Measurement(() -> 7.0, Statistic.COUNT),
                new Measurement(() -> 2.0, Statistic.VALUE)))
        .register(registry);
    assertThat(collect().stream().map(each -> each.name() + " " + each.type()))
        .containsExactly("pool.count counter", "pool.value gauge");
  }

  @Test
  void collect_invalidMeters_leavesOutOnlyThose() {
    registry.gauge("nan", Double.NaN);
    registry.counter("long.tag", "key", "x".repeat(300)).increment();
    registry.counter("n".repeat(200)).increment();
    registry.counter("good").increment();
    registry.more().counter("failing", Tags.empty(), this, MicrometerSourceTest::fail);
    assertThat(names()).containsExactly("good");
    assertThat(source.skipped()).isEqualTo(4);
    assertThat(names()).containsExactly("good");
    assertThat(source.skipped()).isEqualTo(8);
  }

  @Test
  void collect_meterThrowsError_leavesOutOnlyThat() {
    registry.timer("good").record(Duration.ofMillis(1));
    registry.more().counter("deep", Tags.empty(), this, MicrometerSourceTest::overflow);
    registry.more().counter("sneaky", Tags.empty(), this, MicrometerSourceTest::unprintable);
    assertThat(names()).containsExactly("good");
    assertThat(source.skipped()).isEqualTo(2);
  }

  private static double overflow(MicrometerSourceTest test) {
    throw new StackOverflowError();
  }

  private static double unprintable(MicrometerSourceTest test) {
    throw new Unprintable();
  }

  /** An exception that itself fails when it is logged. */
  private static final class Unprintable extends RuntimeException {

    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }
  }

  @Test
  void collect_namingConventionThrows_leavesOutOnlyThatMeter() {
    registry.timer("good").record(Duration.ofMillis(1));
    registry.counter("bad").increment();
    registry
        .config()
        .namingConvention(
            (name, type, unit) -> {
              if (name.equals("bad")) {
                throw new IllegalStateException("no name for " + name);
              }
              return name;
            });
    assertThat(names()).containsExactly("good");
    assertThat(source.skipped()).isEqualTo(1);
  }

  @Test
  void close_removedMeters_areNotRetained() {
    Counter before = registry.counter("before");
    Counter after = registry.counter("after");
    registry.remove(before);
    source.close();
    registry.remove(after);
    assertThat(names()).isEmpty();
  }

  private static double fail(MicrometerSourceTest test) {
    throw new IllegalStateException("the pool of " + test + " is closed");
  }

  @Test
  void collect_collidingSeries_keepsTheOtherMeters() {
    registry.more().timer("job", Tags.empty(), this, each -> 1, each -> 1, SECONDS);
    registry.counter("job.count").increment();
    registry.counter("good").increment();
    assertThat(names()).contains("good").hasSizeBetween(2, 3).doesNotHaveDuplicates();
    assertThat(source.skipped()).isEqualTo(1);
  }

  @Test
  void registry_filterCommonTagsAndConvention_apply() {
    registry.config().commonTags("region", "eu").namingConvention(NamingConvention.snakeCase);
    registry.config().meterFilter(MeterFilter.denyNameStartsWith("secret"));
    registry.counter("shop.orders").increment();
    registry.counter("secret.orders").increment();
    assertThat(collect())
        .singleElement()
        .satisfies(metric -> assertThat(metric.name()).isEqualTo("shop_orders"))
        .satisfies(
            metric ->
                assertThat(metric.tags()).isEqualTo(io.greenlang.metrics.Tags.of("region", "eu")));
  }

  @Test
  void remove_meter_publishesItsLastSamplesAndEndsTheSeries() {
    Timer timer = registry.timer("removed");
    Counter counter = registry.counter("removed.total");
    timer.record(Duration.ofMillis(5));
    counter.increment();
    registry.remove(timer);
    registry.remove(counter);
    assertThat(names()).containsExactly("removed", "removed.total");
    assertThat(names()).isEmpty();
  }

  @Test
  void remove_meterAndAddAgain_losesNoObservation() {
    Timer timer = registry.timer("again");
    timer.record(Duration.ofMillis(5));
    collect();
    timer.record(Duration.ofMillis(6));
    registry.remove(timer);
    registry.timer("again").record(Duration.ofMillis(7));
    assertThat(collect().stream().map(Metric::value)).containsExactly(6.0, 7.0);
  }

  @Test
  void otherRegistry_timer_isCountTotalAndMax() {
    MeterRegistry simple = new SimpleMeterRegistry();
    simple.timer("requests").record(Duration.ofMillis(20));
    List<Metric> metrics = new ArrayList<>(MicrometerSource.of(simple).collect());
    assertThat(metrics.stream().map(each -> each.name() + " " + each.value()))
        .containsExactly("requests.count 1.0", "requests.total 20.0", "requests.max 20.0");
  }

  @Test
  void of_stepRegistry_isRejectedWithTheAlternative() {
    MeterRegistry step = new LoggingMeterRegistry(key -> null, Clock.SYSTEM);
    assertThatThrownBy(() -> MicrometerSource.of(step))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("add a GreenlangMeterRegistry");
    step.close();
  }
}
