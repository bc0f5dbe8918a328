package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.internal.channel.HubStreams;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.testkit.client.ColumnarDecoder;
import io.greenlang.metrics.websocket.internal.protocol.MessagePackFrameEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/** Compares messages with columns, decoded independently, with the batches of the same feed. */
class ColumnarDeliveryTest {

  private static final int PUBLICATIONS = 200;
  private static final Channel CHANNEL = new Channel("http.metrics");
  private static final Path GOLDEN =
      Path.of("../../greenlang-metrics-websocket/src/test/resources/golden-columnar");
  private static final ObjectMapper MESSAGEPACK = new ObjectMapper(new MessagePackFactory());

  private final MetricsHub hub = MetricsHub.create();
  private final ChannelStream stream =
      Objects.requireNonNull(HubStreams.find(hub, hub.addChannel(CHANNEL.name())));

  /** A client that records its messages and decodes columns. */
  private static final class Client {
    private final FeedReader reader;
    private final FramePayloads payloads = new FramePayloads(Encoding.MESSAGEPACK);
    private final ColumnarDecoder decoder = new ColumnarDecoder();
    private int columnar;
    private int keys;

    Client(FeedReader reader) {
      this.reader = reader;
    }

    /** Returns the new messages in the form of batches. */
    List<Map<String, Object>> read() {
      while (reader.poll(payloads) == FeedReader.Progress.FRAMES) {
        // the payloads are collected
      }
      return payloads.drain().stream().map(this::decode).toList();
    }

    private Map<String, Object> decode(byte[] payload) {
      Map<String, Object> message = document(payload);
      columnar += message.containsKey("columns") ? 1 : 0;
      keys += message.containsKey("key") ? 1 : 0;
      return exact(decoder.toBatch(message));
    }
  }

  private static Map<String, Object> document(byte[] payload) {
    try {
      return MESSAGEPACK.readValue(payload, new TypeReference<Map<String, Object>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a message whose integers are all longs. Doubles are compared bit by bit. */
  @SuppressWarnings("unchecked") // as ReferenceCodec
  private static Map<String, Object> exact(Map<String, Object> message) {
    Map<String, Object> exact = new LinkedHashMap<>();
    message.forEach(
        (key, value) -> {
          if (value instanceof Integer integer) {
            exact.put(key, integer.longValue());
          } else if (value instanceof List<?> list) {
            exact.put(key, list.stream().map(each -> exact((Map<String, Object>) each)).toList());
          } else {
            exact.put(key, value);
          }
        });
    return exact;
  }

  private static Subscription view(Format format, boolean buckets, boolean offsets) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    HistogramFields fields = new HistogramFields(new TreeSet<>(), buckets);
    return new Subscription(CHANNEL, all.tags(), all.names(), null, null, format, fields, offsets);
  }

  private Client open(Format format, boolean buckets) {
    return open(view(format, buckets, false), StartPosition.NOW);
  }

  private Client open(Subscription view, StartPosition start) {
    return new Client(stream.open(view, MessagePackFrameEncoder.INSTANCE, start, null));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static double number(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62)); // never NaN or infinite
      case 1 -> random.nextBoolean() ? 0.0 : -0.0;
      case 2 -> Math.scalb(1.0, random.nextInt(120) - 60);
      case 3 -> random.nextLong();
      case 4 -> (double) (1L << 51) - random.nextInt(3) + 1;
      case 5 -> -random.nextInt(1_000) / 1e9;
      case 6 ->
          List.of(Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, 9e15)
              .get(random.nextInt(4));
      case 7 -> random.nextGaussian();
      case 8, 9 -> random.nextInt(100_000) / 100.0;
      default -> random.nextInt(5);
    };
  }

  private static Metric metric(Random random, int series) {
    Tags tags = Tags.of("host", "h" + random.nextInt(1 + series), "zone", "ü" + series % 2);
    Instant time =
        Instant.ofEpochMilli(
            switch (random.nextInt(8)) {
              case 0 -> random.nextInt(1_000) - 500;
              case 1 -> Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
              case 2 -> 1_700_000_000_000L + random.nextInt(2_000);
              default -> 1_700_000_000_000L;
            });
    String name = "n" + random.nextInt(1 + series);
    if (random.nextInt(8) == 0) {
      double[] observations = random.doubles(1 + random.nextInt(4), -5, 1_000).toArray();
      return Metric.distribution(CHANNEL, name, Distribution.of(observations), tags)
          .withTimestamp(time);
    }
    MetricType type =
        List.of(MetricType.GAUGE, MetricType.HISTOGRAM, MetricType.COUNTER).get(random.nextInt(3));
    return new Metric(CHANNEL, name, type, number(random), time, tags);
  }

  private static List<Metric> publication(Random random) {
    List<Metric> metrics = new ArrayList<>();
    int series = 1 + random.nextInt(12);
    for (int i = random.nextInt(40); i >= 0; i--) {
      metrics.add(metric(random, series));
      if (random.nextInt(6) == 0) {
        metrics.add(metrics.get(random.nextInt(metrics.size()))); // the same series again
      }
    }
    return metrics;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void columns_randomPublications_areTheBatchesBitByBit(long seed) {
    Random random = new Random(seed);
    Client batches = open(Format.BATCH, false);
    List<Client> clients = new ArrayList<>(List.of(open(Format.COLUMNAR, false)));
    for (int i = 0; i < PUBLICATIONS; i++) {
      hub.publish(publication(random));
      List<Map<String, Object>> expected = batches.read();
      for (Client client : clients) {
        assertThat(client.read()).as("publication %s of seed %s", i, seed).isEqualTo(expected);
      }
      if (random.nextInt(30) == 0) {
        clients.add(open(Format.COLUMNAR, false));
      }
    }
    assertThat(clients.get(0).columnar).isEqualTo(PUBLICATIONS);
    assertThat(clients.get(0).keys).as("one for each place where readers began").isLessThan(30);
  }

  @Test
  void columns_withBuckets_distributionIsBatchAndChainContinues() {
    Client batches = open(Format.BATCH, true);
    Client columns = open(Format.COLUMNAR, true);
    Metric gauge = Metric.gauge(CHANNEL, "g", 1.5, Tags.empty());
    Metric distribution = Metric.distribution(CHANNEL, "d", Distribution.of(1, 2, 3), Tags.empty());
    for (List<Metric> each :
        List.of(
            List.of(distribution), List.of(gauge), List.of(gauge, distribution), List.of(gauge))) {
      hub.publish(each);
      assertThat(columns.read()).isEqualTo(batches.read());
    }
    assertThat(columns.columnar).isEqualTo(2);
    assertThat(columns.keys).isEqualTo(1);
  }

  /** An instance that the client left was ahead of this one. */
  @Test
  void columns_clientThatIsAhead_beginsWithKeyMessage() {
    Client first = open(view(Format.COLUMNAR, false, true), StartPosition.NOW);
    hub.publish(Metric.gauge(CHANNEL, "g", 1, Tags.empty()));
    StreamPosition head = first.reader.startResult().position();
    StreamPosition ahead = new StreamPosition(head.epoch(), head.offset() + 3);

    Client resumed =
        open(view(Format.COLUMNAR, false, true), new StartPosition(false, ahead, null));
    for (int value = 2; value <= 5; value++) {
      hub.publish(Metric.gauge(CHANNEL, "g", value, Tags.empty()));
    }

    assertThat(resumed.reader.startResult().recovered()).isTrue();
    assertThat(values(resumed.read())).containsExactly(4.0, 5.0);
    assertThat(resumed.keys).isEqualTo(1);
    assertThat(values(first.read())).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
  }

  private static List<Object> values(List<Map<String, Object>> batches) {
    List<Object> values = new ArrayList<>();
    for (Map<String, Object> batch : batches) {
      for (Object metric : (List<?>) Objects.requireNonNull(batch.get("metrics"))) {
        values.add(Objects.requireNonNull(((Map<?, ?>) metric).get("value")));
      }
    }
    return values;
  }

  @Test
  void decode_goldenFiles_areTheMetricsOfThePage() throws IOException {
    ColumnarDecoder decoder = new ColumnarDecoder();
    List<Object> values = new ArrayList<>();
    List<Object> times = new ArrayList<>();
    for (String name : List.of("key", "next", "unchanged")) {
      Map<String, Object> batch =
          decoder.toBatch(document(Files.readAllBytes(GOLDEN.resolve(name + ".msgpack"))));
      for (Object metric : (List<?>) Objects.requireNonNull(batch.get("metrics"))) {
        values.add(Objects.requireNonNull(((Map<?, ?>) metric).get("value")));
        times.add(Objects.requireNonNull(((Map<?, ?>) metric).get("timestamp")));
      }
    }
    assertThat(values)
        .containsExactly(75.5, 16_777_216_000.0, 1.0 / 3, 75.4, 16_777_217_500.0, 0.5, 0.5);
    assertThat(times)
        .containsExactly(
            "2025-11-08T12:00:00Z",
            "2025-11-08T12:00:00.250Z",
            "2025-11-08T12:00:00Z",
            "2025-11-08T12:00:01.002Z",
            "2025-11-08T12:00:01.002Z",
            "2025-11-08T12:00:01.002Z",
            "2025-11-08T12:00:02.001Z");
    Map<String, Object> window =
        decoder.toBatch(document(Files.readAllBytes(GOLDEN.resolve("window.msgpack"))));
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("channel", "system.metrics");
    expected.put("name", "cpu.percent");
    expected.put("type", "gauge");
    expected.put("value", 20.166666666666668);
    expected.put("timestamp", "2025-11-08T12:00:00Z");
    expected.put("interval", "5s");
    expected.put("count", 3L);
    expected.put("min", 10.0);
    expected.put("max", 30.0);
    expected.put("tags", Map.of("host", "server1"));
    assertThat(window.get("metrics")).isEqualTo(List.of(expected));
  }
}
