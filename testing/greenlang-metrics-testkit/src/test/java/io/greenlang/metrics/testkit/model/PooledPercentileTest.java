package io.greenlang.metrics.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.subscription.Format;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the percentiles of a view that spans three instances and a minute. */
class PooledPercentileTest {

  private static final Channel CHANNEL = new Channel("http.metrics");
  private static final long START = 1_700_000_040_000L; // a multiple of a minute
  private static final int SECONDS = 60;
  private static final int INSTANCES = 3;

  private final Random random = new Random(42);
  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final SharedLog log = new SharedLog();
  private final List<ModelInstance> instances = new ArrayList<>();
  private final List<WireClient> clients = new ArrayList<>();
  private final List<Double> pooled = new ArrayList<>();

  private static View view(@Nullable List<String> groupBy, Encoding encoding) {
    return new View(
        CHANNEL.name(),
        List.of("latency"),
        Map.of(),
        Interval.ONE_MINUTE,
        groupBy,
        Format.METRIC,
        List.of(),
        false,
        false,
        encoding);
  }

  private void startInstances() {
    for (int i = 0; i < INSTANCES; i++) {
      ModelInstance instance =
          new ModelInstance(CHANNEL, log, clock, new ChannelLimits(1 << 20, 1_000));
      instances.add(instance);
      Encoding encoding = i == 0 ? Encoding.JSON : Encoding.MESSAGEPACK;
      clients.add(WireClient.open(view(List.of("service"), encoding), instance, Map.of()));
    }
  }

  /** Publishes a second of one instance, whose latencies are 1, 10 or 100 times as long. */
  private void publish(int instance, boolean distributions) {
    double[] values = new double[20];
    Arrays.setAll(values, i -> Math.pow(10, instance) * Math.exp(random.nextGaussian()));
    Arrays.stream(values).forEach(pooled::add);
    Tags tags = Tags.of("service", "shop", "instance", "i" + instance);
    List<Metric> metrics = new ArrayList<>();
    if (distributions) {
      metrics.add(Metric.distribution(CHANNEL, "latency", Distribution.of(values), tags));
    } else {
      Arrays.stream(values)
          .forEach(value -> metrics.add(Metric.histogram(CHANNEL, "latency", value, tags)));
    }
    long now = clock.wallTimeMillis();
    Instant time = Instant.ofEpochMilli(now);
    log.append(CHANNEL, now, metrics.stream().map(each -> each.withTimestamp(time)).toList());
  }

  private void advanceClock() {
    instances.forEach(instance -> instance.deliver(log.offset()));
    clock.advance(Duration.ofSeconds(1));
    instances.forEach(ModelInstance::tick);
  }

  private static double p99(Map<String, Object> message) {
    assertThat(message.get("p99")).isInstanceOf(Number.class);
    return message.get("p99") instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /** Fails unless a number is within 1 % of the nearest rank of all observations. */
  private void requirePooled(double p99) {
    double exact = new Observations(pooled).quantile(0.99);
    assertThat(NumberRange.percentile(exact).contains(p99)).as("%s ~ %s", p99, exact).isTrue();
  }

  @ParameterizedTest(name = "distributions: {0}")
  @ValueSource(booleans = {false, true})
  void p99_minuteOfThreeInstances_isThatOfAllObservationsAndNoAverage(boolean distributions) {
    startInstances();
    WireClient separate = WireClient.open(view(null, Encoding.JSON), instances.get(0), Map.of());
    for (int second = 0; second < SECONDS; second++) {
      for (int instance = 0; instance < INSTANCES; instance++) {
        publish(instance, distributions);
      }
      advanceClock();
    }
    advanceClock();

    for (WireClient client : clients) {
      client.readAll();
      assertThat(client.messages()).hasSize(1);
      assertThat(client.messages().get(0)).containsEntry("tags", Map.of("service", "shop"));
      requirePooled(p99(client.messages().get(0)));
    }
    separate.readAll();
    assertThat(separate.messages()).hasSize(INSTANCES);
    double average =
        separate.messages().stream()
            .mapToDouble(PooledPercentileTest::p99)
            .average()
            .orElse(Double.NaN);
    assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> requirePooled(average));
  }
}
