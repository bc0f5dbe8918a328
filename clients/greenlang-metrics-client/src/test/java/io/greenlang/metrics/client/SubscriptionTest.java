package io.greenlang.metrics.client;

import static io.greenlang.metrics.client.fixture.ClientFixture.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.client.fixture.ClientFixture;
import io.greenlang.metrics.client.fixture.Recorder;
import io.greenlang.metrics.client.model.Buckets;
import io.greenlang.metrics.client.model.Distribution;
import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.Interval;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricSubscription;
import io.greenlang.metrics.client.model.MetricType;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions and typed metrics, in both encodings. */
@Timeout(120)
class SubscriptionTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00.250Z");

  private static final int DESCRIPTIONS = 3000;

  private final ClientFixture fixture = new ClientFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private static MetricSubscription subscription(boolean messagePack) {
    MetricSubscription subscription = MetricSubscription.of(CHANNEL);
    return messagePack ? subscription.messagePack() : subscription;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void subscribe_gaugeAndCounter_areTyped(boolean messagePack) {
    ManualClock clock = new ManualClock(START);
    fixture.useHub(MetricsHub.builder().clock(clock).build());
    fixture.serve();
    Recorder client = fixture.subscribe(subscription(messagePack));
    Tags tags = Tags.of("env", "production");
    fixture
        .hub()
        .publish(
            List.of(
                io.greenlang.metrics.Metric.gauge(CHANNEL, "cpu.percent", 75.5, tags),
                io.greenlang.metrics.Metric.counter(CHANNEL, "calls", 1L << 40, Tags.empty())));
    client.awaitMetrics(2);
    assertThat(client.metrics())
        .containsExactly(
            new Metric(
                CHANNEL,
                "cpu.percent",
                MetricType.GAUGE,
                75.5,
                START,
                Map.of("env", "production"),
                null,
                Map.of(),
                null),
            new Metric(
                CHANNEL,
                "calls",
                MetricType.COUNTER,
                1L << 40,
                START,
                Map.of(),
                null,
                Map.of(),
                null));
    assertThat(client.errors()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void subscribe_distribution_hasQuantilesAndBuckets(boolean messagePack) {
    fixture.serve();
    Recorder client = fixture.subscribe(subscription(messagePack).quantiles(0.9, 0.999).buckets());
    fixture
        .hub()
        .publish(
            List.of(
                io.greenlang.metrics.Metric.distribution(
                    CHANNEL,
                    "latency",
                    io.greenlang.metrics.Distribution.of(0, 0, 10, 10, 20.5, -3),
                    Tags.empty())));
    client.awaitMetrics(1);
    Metric metric = client.metrics().get(0);
    assertThat(metric.type()).isEqualTo(MetricType.HISTOGRAM);
    assertThat(metric.isWindow()).isFalse();
    Distribution distribution = metric.distribution().orElseThrow();
    assertThat(distribution.count()).isEqualTo(6);
    assertThat(distribution.min()).isEqualTo(-3);
    assertThat(distribution.max()).isEqualTo(20.5);
    assertThat(distribution.sum()).isEqualTo(37.5);
    assertThat(distribution.mean()).isEqualTo(metric.value());
    assertThat(distribution.quantiles().keySet()).containsExactly(0.5, 0.9, 0.95, 0.99, 0.999);
    assertThat(distribution.quantile(0.999)).hasValueCloseTo(20.5, within(0.3));
    Buckets buckets = Objects.requireNonNull(distribution.buckets());
    assertThat(buckets.zero()).isEqualTo(2);
    assertThat(buckets.positive().values()).containsExactly(2L, 1L);
    assertThat(Buckets.representative(buckets.positive().firstKey())).isCloseTo(10, within(0.1));
    assertThat(Buckets.lowerBound(buckets.negative().firstKey())).isLessThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void subscribe_window_hasStatistics(boolean messagePack) {
    ManualClock clock = new ManualClock(START);
    fixture.useHub(MetricsHub.builder().clock(clock).build());
    fixture.serve();
    Recorder client = fixture.subscribe(subscription(messagePack).interval(Interval.ONE_SECOND));
    for (int total = 10; total <= 30; total += 10) {
      fixture.publishAndAwait(
          List.of(io.greenlang.metrics.Metric.counter(CHANNEL, "n", total, Tags.empty())));
    }
    clock.advance(Duration.ofSeconds(2));
    client.awaitMetrics(1);
    Metric window = client.metrics().get(0);
    assertThat(window.interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(window.timestamp()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(window.value()).isEqualTo(30);
    assertThat(window.count()).hasValue(3);
    assertThat(window.min()).hasValue(10);
    assertThat(window.max()).hasValue(30);
    assertThat(window.delta()).hasValue(20);
    assertThat(window.rate()).isPresent();
    assertThat(window.sum()).isEmpty();
    assertThat(window.distribution()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void subscribe_batchAndSnapshot_deliverSingleMetrics(boolean messagePack) {
    fixture.serve();
    Recorder batch = fixture.subscribe(subscription(messagePack).batch());
    Recorder snapshot = fixture.subscribe(subscription(messagePack).snapshots());
    Tags tags = Tags.of("host", "a");
    fixture
        .hub()
        .publish(
            List.of(
                io.greenlang.metrics.Metric.gauge(CHANNEL, "cpu.percent", 1, tags),
                io.greenlang.metrics.Metric.gauge(CHANNEL, "cpu", 2, tags),
                io.greenlang.metrics.Metric.gauge(CHANNEL, "tags", 3, tags)));
    batch.awaitMetrics(3);
    snapshot.awaitMetrics(3);
    assertThat(batch.metrics())
        .extracting(Metric::name)
        .containsExactly("cpu.percent", "cpu", "tags");
    assertThat(snapshot.metrics())
        .extracting(Metric::name)
        .containsExactlyInAnyOrder("cpu.percent", "cpu", "tags");
    assertThat(snapshot.metrics()).allMatch(metric -> metric.tags().equals(Map.of("host", "a")));
    assertThat(snapshot.values("tags")).containsExactly(3.0);
  }

  @Test
  void subscribe_filters_selectMetrics() {
    fixture.serve();
    fixture.publish("latest", 1);
    Recorder client =
        fixture.subscribe(
            MetricSubscription.of("orders.*")
                .metrics("cpu.*", "latest")
                .tag("env", "production", "staging")
                .latest());
    for (String env : List.of("production", "test", "staging")) {
      Tags tags = Tags.of("env", env);
      fixture
          .hub()
          .publish(
              List.of(
                  io.greenlang.metrics.Metric.gauge(CHANNEL, "cpu.percent", 1, tags),
                  io.greenlang.metrics.Metric.gauge(CHANNEL, "memory", 1, tags)));
    }
    client.awaitMetrics(2);
    assertThat(client.metrics())
        .extracting(metric -> metric.name() + " " + metric.tags().get("env"))
        .containsExactly("cpu.percent production", "cpu.percent staging");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void subscribe_metadata_precedesMetrics(boolean messagePack) {
    fixture.serve();
    fixture
        .hub()
        .describe(List.of(MetricDescription.of(CHANNEL, "size", "By", "Size of an order")));
    Recorder client = fixture.subscribe(subscription(messagePack).metadata());
    fixture.publish("size", 1);
    client.awaitMetrics(1);
    assertThat(client.metadata())
        .containsExactly(new MetricMetadata(CHANNEL, "size", "By", "Size of an order"));
  }

  /** Each message with descriptions holds its frame, so no event of it is discarded. */
  @Test
  void subscribe_manyDescriptionsAndABlockedListener_deliversAll() {
    fixture.serve();
    List<MetricDescription> descriptions = new ArrayList<>();
    for (int i = 0; i < DESCRIPTIONS; i++) {
      descriptions.add(MetricDescription.of(CHANNEL, "n" + i, "By", null));
    }
    fixture.hub().describe(descriptions);
    Recorder client = fixture.record(fixture.client());
    CountDownLatch released = new CountDownLatch(1);
    client.client().onMetadata(metadata -> awaitUninterruptibly(released));
    client.client().connect();
    client.client().subscribe(MetricSubscription.of(CHANNEL).metadata());
    ResourceUsage.await(() -> client.client().stats().frames() > DESCRIPTIONS / 128);
    released.countDown();
    client.await(() -> client.metadata().size() >= DESCRIPTIONS, "all descriptions");
    assertThat(client.client().stats().discardedEvents()).isZero();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }

  @Test
  void subscribe_unknownChannel_fails() {
    fixture.serve();
    Recorder client = fixture.subscribe(MetricSubscription.of(CHANNEL));
    assertThatThrownBy(
            () -> client.client().subscribe(MetricSubscription.of("nonsense.metrics")).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            MetricsClientException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_CHANNEL);
              assertThat(e).hasMessage("Invalid subscription: unknown channel");
            });
    client.await(() -> !client.errors().isEmpty(), "the error");
    assertThat(client.client().subscriptions()).containsExactly(MetricSubscription.of(CHANNEL));
  }

  @Test
  void subscribe_sameAgain_sendsNothing() {
    fixture.serve();
    Recorder client = fixture.subscribe(MetricSubscription.of(CHANNEL));
    long frames = client.client().stats().frames();
    assertThat(client.client().subscribe(MetricSubscription.of(CHANNEL)).join())
        .containsExactly(CHANNEL);
    assertThat(client.client().stats().frames()).isEqualTo(frames);
  }

  @Test
  void subscribe_otherOptions_replaceThePreviousOnes() {
    fixture.serve();
    Recorder client = fixture.subscribe(MetricSubscription.of(CHANNEL).metrics("a"));
    client.client().subscribe(MetricSubscription.of(CHANNEL).metrics("b")).join();
    fixture.publish("a", 1);
    fixture.publish("b", 2);
    client.awaitMetrics(1);
    assertThat(client.metrics()).extracting(Metric::name).containsExactly("b");
    assertThat(client.client().subscriptions()).hasSize(1);
  }

  @Test
  void unsubscribe_oneChannelOfAPattern_endsOnlyThat() {
    fixture.hub().addChannel("orders.other");
    fixture.serve();
    Recorder client = fixture.subscribe(MetricSubscription.of("orders.*"));
    client.client().unsubscribe(CHANNEL).join();
    fixture.publish("n", 1);
    fixture
        .hub()
        .publish(List.of(io.greenlang.metrics.Metric.gauge("orders.other", "n", 2, Tags.empty())));
    client.awaitMetrics(1);
    assertThat(client.values("n")).containsExactly(2.0);
    assertThat(client.client().subscriptions())
        .containsExactly(MetricSubscription.of("orders.other"));
  }

  @Test
  void onMetric_closedRegistration_receivesNothing() {
    fixture.serve();
    Recorder client = fixture.record(fixture.client());
    int[] calls = new int[1];
    client.client().onMetric("orders.*", metric -> calls[0]++).close();
    client.client().onMetric("other", metric -> calls[0]++);
    client.client().connect();
    client.client().subscribe(MetricSubscription.of(CHANNEL)).join();
    fixture.publish("n", 1);
    client.awaitMetrics(1);
    assertThat(calls[0]).isZero();
  }

  @Test
  void onMetric_throwingListener_affectsNoOther() {
    fixture.serve();
    Recorder client = fixture.record(fixture.client());
    client
        .client()
        .onMetric(
            CHANNEL,
            metric -> {
              throw new IllegalStateException("on purpose");
            });
    client.client().connect();
    client.client().subscribe(MetricSubscription.of(CHANNEL)).join();
    fixture.publish("n", 1);
    fixture.publish("n", 2);
    client.awaitMetrics(2);
    assertThat(client.values("n")).containsExactly(1.0, 2.0);
  }

  @Test
  void subscription_emptyNames_areRejected() {
    assertThatThrownBy(MetricSubscription::of).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MetricSubscription.of("a", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MetricSubscription.of("a").metrics())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MetricSubscription.of("a").tag("env"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
