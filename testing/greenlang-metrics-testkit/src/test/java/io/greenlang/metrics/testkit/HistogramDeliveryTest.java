package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Verifies the messages that a client of a hub's histograms receives. */
@Timeout(120)
class HistogramDeliveryTest {

  private static final Channel CHANNEL = new Channel("http.metrics");
  private static final int OBSERVATIONS = 100;

  private static Map<String, Object> read(byte[] payload) {
    return ReferenceCodec.read(Encoding.JSON, payload);
  }

  private static double number(Map<?, ?> message, String field) {
    assertThat(message.get(field)).as("%s of %s", field, message).isInstanceOf(Number.class);
    return message.get(field) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static List<?> metrics(byte[] batch) {
    return (List<?>) read(batch).getOrDefault("metrics", List.of());
  }

  private static FeedCollector batches(MetricsHub hub) {
    return new FeedCollector(
        hub, JsonFrameEncoder.INSTANCE, FeedCollector.toAllMetrics(CHANNEL, null, Format.BATCH));
  }

  @Test
  void batch_hundredObservations_areOneFrameOfTheInterval() {
    MetricsHub hub = MetricsHub.builder().histogramInterval(Duration.ofHours(1)).build();
    try (FeedCollector reader = batches(hub)) {
      for (int i = 1; i <= OBSERVATIONS; i++) {
        hub.publish(Metric.histogram(CHANNEL, "latency", i, Tags.empty()));
      }
      assertThat(reader.poll()).as("published one by one").hasSize(OBSERVATIONS);

      Histogram histogram = hub.histogram(CHANNEL, "latency", Tags.empty());
      for (int i = 1; i <= OBSERVATIONS; i++) {
        histogram.record(i);
      }
      hub.close(); // ends the interval
      List<byte[]> frames = reader.poll();
      assertThat(frames).as("recorded into a histogram").hasSize(1);
      List<?> metrics = metrics(frames.get(0));
      assertThat(metrics).hasSize(1);
      Map<?, ?> metric = (Map<?, ?>) metrics.get(0);
      assertThat(number(metric, "count")).isEqualTo(OBSERVATIONS);
      assertThat(number(metric, "min")).isEqualTo(1);
      assertThat(number(metric, "max")).isEqualTo(OBSERVATIONS);
      assertThat(number(metric, "value")).isCloseTo(50.5, within(1e-9));
      assertThat(number(metric, "p95")).isCloseTo(95, within(0.95));
    }
  }

  @Test
  void batch_realTimer_hasAtMostOneFramePerInterval() {
    Duration interval = Duration.ofMillis(100);
    long startNanos = System.nanoTime();
    MetricsHub hub = MetricsHub.builder().histogramInterval(interval).build();
    try (FeedCollector reader = batches(hub)) {
      Histogram histogram = hub.histogram(CHANNEL, "latency", Tags.empty());
      List<byte[]> frames = new ArrayList<>();
      double[] recorded = {0};
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(2))
          .until(
              () -> {
                histogram.record(++recorded[0]);
                frames.addAll(reader.poll());
                return frames.size() >= 5;
              });
      hub.close();
      frames.addAll(reader.poll());
      long intervals = (System.nanoTime() - startNanos) / interval.toNanos();
      assertThat(frames).hasSizeLessThanOrEqualTo((int) intervals + 1);
      double count = 0;
      for (byte[] frame : frames) {
        count += number((Map<?, ?>) metrics(frame).get(0), "count");
      }
      assertThat(count).isEqualTo(recorded[0]);
    }
  }

  @Test
  void derivedStatistics_ofApplicationHistogram_areAlsoGauges() {
    MetricsHub hub =
        MetricsHub.builder()
            .histogramInterval(Duration.ofHours(1))
            .derivedStatistics(CHANNEL.name(), "latency")
            .build();
    try (FeedCollector reader =
        new FeedCollector(
            hub,
            JsonFrameEncoder.INSTANCE,
            FeedCollector.toAllMetrics(CHANNEL, null, Format.METRIC))) {
      for (String name : List.of("latency", "size")) {
        Histogram histogram = hub.histogram(CHANNEL, name, Tags.of("route", "/orders"));
        histogram.record(10);
        histogram.record(30);
      }
      hub.close();
      List<Map<String, Object>> messages =
          reader.poll().stream().map(HistogramDeliveryTest::read).toList();
      assertThat(messages)
          .extracting(message -> message.get("name"))
          .containsExactlyInAnyOrder(
              "size",
              "latency",
              "latency.min",
              "latency.max",
              "latency.avg",
              "latency.p50",
              "latency.p95",
              "latency.p99");
      for (Map<String, Object> message : messages) {
        if (String.valueOf(message.get("name")).equals("latency.avg")) {
          assertThat(message).containsEntry("type", "gauge");
          assertThat(message).containsEntry("tags", Map.of("route", "/orders"));
          assertThat(number(message, "value")).isEqualTo(20);
        }
      }
    }
  }

  /** The observations of one host in one interval. */
  private record Part(String host, List<Double> millis) {

    DoubleStream observations() {
      return millis.stream().mapToDouble(Double::doubleValue);
    }
  }

  /**
   * Three hosts over five intervals. One host is slow and has few calls, as after a restart, so
   * that the average of the percentiles is far from the percentile.
   */
  private static List<List<Part>> parts() {
    Random random = new Random(7);
    List<List<Part>> intervals = new ArrayList<>();
    for (int second = 0; second < 5; second++) {
      List<Part> parts = new ArrayList<>();
      for (int host = 0; host < 3; host++) {
        double scale = host == 2 ? 2000 : 20;
        int calls = host == 2 ? 5 : 400;
        List<Double> millis = random.doubles(calls, scale, 2 * scale).boxed().toList();
        parts.add(new Part("host-" + host, millis));
      }
      intervals.add(parts);
    }
    return intervals;
  }

  private static double p95(DoubleStream observations) {
    double[] sorted = observations.sorted().toArray();
    return sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
  }

  private static boolean isWithinOnePercent(double actual, double exact) {
    return Math.abs(actual - exact) <= 0.01 * exact;
  }

  @Test
  void groupBy_distributionsOfHostsAndIntervals_p95IsThatOfAllObservations() {
    Instant start = Instant.parse("2026-11-22T12:00:00Z");
    ManualClock clock = new ManualClock(start);
    MetricsHub hub = MetricsHub.builder().clock(clock).build();
    Subscription all = FeedCollector.toAllMetrics(CHANNEL, Interval.FIVE_SECONDS, Format.METRIC);
    Subscription byApplication =
        new Subscription(
            CHANNEL,
            all.tags(),
            all.names(),
            Interval.FIVE_SECONDS,
            new TreeSet<>(Set.of("app")),
            Format.METRIC);
    List<List<Part>> intervals = parts();
    try (FeedCollector reader = new FeedCollector(hub, JsonFrameEncoder.INSTANCE, byApplication)) {
      for (List<Part> parts : intervals) {
        for (Part part : parts) {
          Tags tags = Tags.of("app", "shop", "host", part.host);
          Distribution distribution = Distribution.of(part.observations().toArray());
          hub.publish(Metric.distribution(CHANNEL, "latency", distribution, tags));
        }
        clock.advance(Duration.ofSeconds(1));
      }
      clock.advance(Duration.ofSeconds(1));
      List<byte[]> windows = new ArrayList<>();
      await().atMost(Duration.ofSeconds(60)).until(() -> windows.addAll(reader.poll()));
      assertThat(windows).hasSize(1);
      double merged = number(read(windows.get(0)), "p95");

      List<Part> parts = intervals.stream().flatMap(List::stream).toList();
      double pooled = p95(parts.stream().flatMapToDouble(Part::observations));
      double average =
          parts.stream().mapToDouble(part -> p95(part.observations())).average().orElseThrow();
      assertThat(isWithinOnePercent(merged, pooled)).as("%s ~ %s", merged, pooled).isTrue();
      assertThat(isWithinOnePercent(average, pooled)).as("%s ~ %s", average, pooled).isFalse();
    }
  }

  /** Returns the bytes of the message of a distribution, without the frame's header. */
  private static int messagePackBytes(Distribution distribution, boolean buckets) {
    Subscription all = FeedCollector.toAllMetrics(CHANNEL, null, Format.METRIC);
    Subscription subscription =
        new Subscription(
            CHANNEL,
            all.tags(),
            all.names(),
            null,
            null,
            Format.METRIC,
            new HistogramFields(new TreeSet<>(), buckets),
            false);
    Tags tags = Tags.of("route", "/api/orders", "method", "GET", "host", "web-1.example.org");
    try (FeedCollector reader =
        new FeedCollector(MetricsHub.create(), MessagePackFrameEncoder.INSTANCE, subscription)) {
      List<byte[]> messages =
          reader.publish(List.of(Metric.distribution(CHANNEL, "latency", distribution, tags)));
      assertThat(messages).hasSize(1);
      return messages.get(0).length;
    }
  }

  @Test
  void messagePack_thousandLogNormalValues_takesAtMostFourHundredBytes() {
    Random random = new Random(11);
    Distribution latencies =
        Distribution.of(
            DoubleStream.generate(() -> 20 * Math.exp(random.nextGaussian()))
                .limit(1_000)
                .toArray());
    int withoutBuckets = messagePackBytes(latencies, false);
    int withBuckets = messagePackBytes(latencies, true);
    assertThat(withoutBuckets).isLessThanOrEqualTo(400);
    assertThat(withBuckets - withoutBuckets).isLessThanOrEqualTo(2 * latencies.buckets());
  }
}
