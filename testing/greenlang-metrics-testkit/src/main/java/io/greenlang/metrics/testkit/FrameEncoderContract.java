package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.frame.FrameBuffer;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.testkit.random.RandomMetrics;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The contract suite of {@link FrameEncoder} implementations. It checks that an independent decoder
 * reads the encoded metrics back unchanged. Values are numerically equal; the sign of zero is not
 * compared.
 */
@SuppressWarnings("exports") // a contract of the engine's own interface
public abstract class FrameEncoderContract {

  private static final Channel CHANNEL = new Channel("a.Channel_with-64.characters");
  private static final int PUBLICATIONS = 300;
  private static final Instant NOON = Instant.parse("2025-11-08T12:00:00Z");

  /** The first name segments that would collide with a field of the message itself. */
  private static final Set<String> FIELDS =
      Set.of("channel", "timestamp", "tags", "type", "offset", "replayed");

  /** Returns the encoder under test. */
  protected abstract FrameEncoder encoder();

  private Map<String, Object> read(byte[] payload) {
    return ReferenceCodec.read(encoder().encoding(), payload);
  }

  /** Returns the value that an encoded and decoded metric has. */
  private double valueOf(double value) {
    Metric metric = metric("a", value, Tags.empty());
    try (FeedCollector reader = new FeedCollector(encoder(), CHANNEL, Format.METRIC)) {
      return number(read(reader.publish(List.of(metric)).get(0)).get("value"));
    }
  }

  private static Metric metric(String name, double value, Tags tags) {
    return new Metric(CHANNEL, name, MetricType.GAUGE, value, NOON, tags);
  }

  private static double number(@Nullable Object value) {
    assertThat(value).isInstanceOf(Number.class);
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static void assertMatches(@Nullable Object message, Metric metric) {
    assertThat(message).isInstanceOf(Map.class);
    Map<?, ?> map = (Map<?, ?>) Objects.requireNonNull(message);
    assertThat(Set.<Object>copyOf(map.keySet()))
        .isEqualTo(Set.of("channel", "name", "type", "value", "timestamp", "tags"));
    assertThat(map.get("channel")).isEqualTo(metric.channel().name());
    assertThat(map.get("name")).isEqualTo(metric.name());
    assertThat(map.get("type")).isEqualTo(metric.type().name());
    assertThat(number(map.get("value")) == metric.value()).isTrue();
    assertTime(map.get("timestamp"), metric.timestampMillis());
    assertThat(map.get("tags")).isEqualTo(metric.tags().asMap());
  }

  private static void assertTime(@Nullable Object text, long millis) {
    assertThat(text)
        .isInstanceOfSatisfying(
            String.class,
            time -> {
              assertThat(Instant.parse(time)).isEqualTo(Instant.ofEpochMilli(millis));
              assertThat(time).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z");
              assertThat(time.contains(".")).isEqualTo(millis % 1000 != 0);
            });
  }

  @Test
  void metric_randomMetrics_roundTrip() {
    RandomMetrics metrics = new RandomMetrics(1, CHANNEL);
    try (FeedCollector reader = new FeedCollector(encoder(), CHANNEL, Format.METRIC)) {
      for (int i = 0; i < PUBLICATIONS; i++) {
        List<Metric> publication = metrics.nextPublication();
        List<byte[]> payloads = reader.publish(publication);

        assertThat(payloads).hasSameSizeAs(publication);
        for (int j = 0; j < payloads.size(); j++) {
          assertMatches(read(payloads.get(j)), publication.get(j));
        }
      }
    }
  }

  @Test
  void metric_randomDistributions_haveStatisticsAndBucketsOfTheirObservations() {
    Random random = new Random(4);
    Subscription all = Subscription.ofChannel(CHANNEL);
    HistogramFields fields = new HistogramFields(new TreeSet<>(Set.of(0.9, 0.999)), true);
    Subscription subscription =
        new Subscription(
            CHANNEL, all.tags(), all.names(), null, null, Format.METRIC, fields, false);
    try (FeedCollector reader = new FeedCollector(MetricsHub.create(), encoder(), subscription)) {
      for (int i = 0; i < PUBLICATIONS; i++) {
        double[] observations =
            random
                .doubles(1 + random.nextInt(100))
                .map(number -> Math.exp(10 * number - 5) * (random.nextInt(4) - 1))
                .toArray();
        Metric metric =
            Metric.distribution(CHANNEL, "d", Distribution.of(observations), Tags.empty());

        Arrays.sort(observations);
        DistributionMessages.requireMatches(
            read(reader.publish(List.of(metric)).get(0)), observations);
      }
    }
  }

  @Test
  void batch_randomMetrics_roundTrip() {
    RandomMetrics metrics = new RandomMetrics(2, CHANNEL);
    try (FeedCollector reader = new FeedCollector(encoder(), CHANNEL, Format.BATCH)) {
      for (int i = 0; i < PUBLICATIONS; i++) {
        List<Metric> publication = metrics.nextPublication();
        List<byte[]> payloads = reader.publish(publication);

        assertThat(payloads).hasSize(1);
        Map<String, Object> batch = read(payloads.get(0));
        assertThat(batch.keySet()).isEqualTo(Set.of("type", "channel", "metrics"));
        assertThat(batch).containsEntry("type", "metrics").containsEntry("channel", CHANNEL.name());
        List<?> list = (List<?>) batch.getOrDefault("metrics", List.of());
        assertThat(list).hasSameSizeAs(publication);
        for (int j = 0; j < list.size(); j++) {
          assertMatches(list.get(j), publication.get(j));
        }
      }
    }
  }

  @Test
  void snapshot_randomMetrics_containsEveryNameByTagsAndTimestamp() {
    RandomMetrics metrics = new RandomMetrics(3, CHANNEL);
    try (FeedCollector reader = new FeedCollector(encoder(), CHANNEL, Format.SNAPSHOT)) {
      for (int i = 0; i < PUBLICATIONS; i++) {
        List<Metric> publication = metrics.nextPublication();
        List<List<Metric>> snapshots =
            byTagsAndTime(publication).stream()
                .flatMap(group -> byOccurrence(group).stream())
                .toList();
        List<byte[]> payloads = reader.publish(publication);

        assertThat(payloads).hasSameSizeAs(snapshots);
        for (int j = 0; j < payloads.size(); j++) {
          assertSnapshot(read(payloads.get(j)), snapshots.get(j));
        }
      }
    }
  }

  private static List<List<Metric>> byTagsAndTime(List<Metric> publication) {
    Map<List<Object>, List<Metric>> groups = new LinkedHashMap<>();
    for (Metric metric : publication) {
      List<Object> key = List.of(metric.tags(), metric.timestampMillis());
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(metric);
    }
    return new ArrayList<>(groups.values());
  }

  /** Splits metrics so that no part has a name twice: the n-th metric of a name is in part n. */
  private static List<List<Metric>> byOccurrence(List<Metric> group) {
    List<List<Metric>> parts = new ArrayList<>();
    Map<String, Integer> counts = new HashMap<>();
    for (Metric metric : group) {
      int part = counts.merge(metric.name(), 1, Integer::sum) - 1;
      if (part == parts.size()) {
        parts.add(new ArrayList<>());
      }
      parts.get(part).add(metric);
    }
    return parts;
  }

  private static void assertSnapshot(Map<String, Object> message, List<Metric> group) {
    Metric first = group.get(0);
    assertThat(message).containsEntry("channel", CHANNEL.name());
    assertTime(message.get("timestamp"), first.timestampMillis());
    if (first.tags().isEmpty()) {
      assertThat(message).doesNotContainKey("tags");
    } else {
      assertThat(message).containsEntry("tags", first.tags().asMap());
    }
    for (Metric metric : group) {
      assertThat(number(find(message, metric.name())) == metric.value())
          .as(metric.name() + " in " + message)
          .isTrue();
    }
    Map<String, Object> values = new LinkedHashMap<>(message);
    values.keySet().removeAll(FIELDS);
    assertThat(leaves(values)).isEqualTo(group.size());
  }

  /** Returns the value at the location that the protocol specifies for a name. */
  private static @Nullable Object find(Map<?, ?> message, String name) {
    List<String> parts = List.of(name.split("\\.", -1));
    Object node = FIELDS.contains(parts.get(0)) ? message.get("") : message;
    for (String part : parts) {
      node = node instanceof Map<?, ?> map ? map.get(part) : null;
    }
    return node instanceof Map<?, ?> map ? map.get("") : node;
  }

  private static int leaves(@Nullable Object value) {
    return value instanceof Map<?, ?> map
        ? map.values().stream().mapToInt(FrameEncoderContract::leaves).sum()
        : 1;
  }

  @Test
  void snapshot_collidingNames_areNestedUnderEmptyKey() {
    List<Metric> metrics =
        List.of(
            metric("memory.percent", 50, Tags.empty()),
            metric("memory", 5, Tags.empty()),
            metric("cpu", 1, Tags.empty()),
            metric("cpu.percent", 2, Tags.empty()),
            metric("tags", 3, Tags.empty()));
    try (FeedCollector reader = new FeedCollector(encoder(), CHANNEL, Format.SNAPSHOT)) {
      Map<String, Object> message = read(reader.publish(metrics).get(0));

      assertThat(number(find(message, "memory"))).isEqualTo(5);
      assertThat(((Map<?, ?>) message.getOrDefault("memory", Map.of())).keySet())
          .isEqualTo(Set.of("", "percent"));
      assertThat(((Map<?, ?>) message.getOrDefault("cpu", Map.of())).keySet())
          .isEqualTo(Set.of("", "percent"));
      assertThat(((Map<?, ?>) message.getOrDefault("", Map.of())).keySet())
          .isEqualTo(Set.of("tags"));
    }
  }

  @Test
  void metric_everyLimitReached_roundTrips() {
    Map<String, String> tags = new LinkedHashMap<>();
    for (int i = 0; i < Tags.MAX_TAGS; i++) {
      tags.put("\u65e5".repeat(Tags.MAX_KEY_LENGTH - 1) + (char) ('a' + i), "\u65e5".repeat(256));
    }
    Metric metric = metric("\u65e5".repeat(Metric.MAX_NAME_LENGTH), 1, Tags.of(tags));
    try (FeedCollector reader = new FeedCollector(encoder(), CHANNEL, Format.METRIC)) {
      assertMatches(read(reader.publish(List.of(metric)).get(0)), metric);
    }
  }

  @Test
  void metric_integers_areExact() {
    for (double number : new double[] {0, 1, 127, 128, 255, 1L << 31, 1L << 32, (1L << 53) - 1}) {
      assertThat(valueOf(number) == number).isTrue();
      assertThat(valueOf(-number) == -number).isTrue();
    }
  }

  @Test
  void lagged_anyCount_isExact() {
    for (long missed : new long[] {1, 127, 128, 65_536, 1L << 32, 1L << 53, Long.MAX_VALUE}) {
      FrameBuffer out = new FrameBuffer();
      encoder().lagged(CHANNEL, missed, out);

      assertThat(read(out.toByteArray()))
          .isEqualTo(
              Map.of(
                  "type", "lagged",
                  "channel", CHANNEL.name(),
                  "missed", BigInteger.valueOf(missed)));
    }
  }

  @Test
  void interrupted_countAndPositionOrNeither_encodesThem() {
    FrameBuffer full = new FrameBuffer();
    encoder().gap(CHANNEL, 7L, new StreamPosition("e.5s", 1L << 40), full);
    assertThat(read(full.toByteArray()))
        .isEqualTo(
            Map.of(
                "type", "lagged",
                "channel", CHANNEL.name(),
                "missed", BigInteger.valueOf(7),
                "epoch", "e.5s",
                "offset", BigInteger.valueOf(1L << 40)));

    FrameBuffer empty = new FrameBuffer();
    encoder().gap(CHANNEL, null, null, empty);
    Map<String, Object> message = read(empty.toByteArray());
    assertThat(message).containsOnlyKeys("type", "channel", "missed");
    assertThat(message.get("missed")).isNull();
  }

  @Test
  void lagged_bufferNotEmpty_appends() {
    FrameBuffer single = new FrameBuffer();
    encoder().lagged(CHANNEL, 1, single);
    FrameBuffer appended = new FrameBuffer();
    appended.put(7);
    encoder().lagged(CHANNEL, 1, appended);

    assertThat(appended.toByteArray()).startsWith(7).endsWith(single.toByteArray());
    assertThat(appended.length()).isEqualTo(single.length() + 1);
  }
}
