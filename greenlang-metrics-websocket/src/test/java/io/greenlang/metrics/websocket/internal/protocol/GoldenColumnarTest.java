package io.greenlang.metrics.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.HistogramFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/**
 * The messages of the format {@code columnar}, byte for byte, as in {@code
 * docs/reference/protocol.md}. They have no JSON. {@code -Dgolden.update=true} rewrites the files.
 */
class GoldenColumnarTest {

  private static final Path DIRECTORY = Path.of("src/test/resources/golden-columnar");
  private static final Path PAGE = Path.of("../docs/reference/protocol.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("^```hex (\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final int STREAM_LENGTH = 40;
  private static final Instant NOON = Instant.parse("2025-11-08T12:00:00Z");
  private static final Tags TAGS = Tags.of("host", "server1");

  private static Metric gauge(double value, Instant time) {
    return new Metric(Channel.SYSTEM, "cpu.percent", MetricType.GAUGE, value, time, TAGS);
  }

  private static Metric counter(double value, Instant time) {
    return new Metric(Channel.SYSTEM, "net.bytes", MetricType.COUNTER, value, time, TAGS);
  }

  private static Metric ratio(double value, Instant time) {
    return new Metric(Channel.SYSTEM, "ratio", MetricType.GAUGE, value, time, Tags.empty());
  }

  /** Returns the messages of the page in their order: publications of a client that may resume. */
  private static Map<String, byte[]> messages() {
    Instant later = NOON.plusMillis(1_002);
    List<byte[]> payloads =
        SampleFeed.payloads(
            Encoding.MESSAGEPACK,
            Format.COLUMNAR,
            HistogramFields.NONE,
            true,
            List.of(
                List.of(
                    gauge(75.5, NOON),
                    counter(16_777_216_000.0, NOON.plusMillis(250)),
                    ratio(1.0 / 3, NOON)),
                List.of(gauge(75.4, later), counter(16_777_217_500.0, later), ratio(0.5, later)),
                List.of(ratio(0.5, later.plusMillis(999)))));
    Map<String, byte[]> messages = new LinkedHashMap<>();
    messages.put("key", payloads.get(0));
    messages.put("next", payloads.get(1));
    messages.put("unchanged", payloads.get(2));
    messages.put(
        "window",
        SampleFeed.window(
            Encoding.MESSAGEPACK,
            Format.COLUMNAR,
            gauge(10, NOON),
            gauge(20.5, NOON),
            gauge(30, NOON)));
    return messages;
  }

  /**
   * Returns random publications as an array of pairs: the message with columns, and the batch that
   * it stands for. The clients' tests decode them.
   */
  private static byte[] stream() throws IOException {
    Random random = new Random(62);
    List<List<Metric>> publications = new ArrayList<>();
    for (int i = 0; i < STREAM_LENGTH; i++) {
      publications.add(randomPublication(random));
    }
    List<byte[]> columns =
        SampleFeed.payloads(
            Encoding.MESSAGEPACK, Format.COLUMNAR, HistogramFields.NONE, true, publications);
    List<byte[]> batches =
        SampleFeed.payloads(
            Encoding.MESSAGEPACK, Format.BATCH, HistogramFields.NONE, true, publications);
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      packer.packArrayHeader(STREAM_LENGTH);
      for (int i = 0; i < STREAM_LENGTH; i++) {
        packer.packArrayHeader(2);
        packer.addPayload(columns.get(i));
        packer.addPayload(batches.get(i));
      }
      return packer.toByteArray();
    }
  }

  private static List<Metric> randomPublication(Random random) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = random.nextInt(16); i >= 0; i--) {
      Instant time = NOON.plusMillis(random.nextInt(4) == 0 ? random.nextInt(5_000) - 2_500 : 0);
      Tags tags = Tags.of("host", "h" + random.nextInt(4));
      metrics.add(
          random.nextInt(8) == 0
              ? Metric.distribution(
                      Channel.SYSTEM,
                      "d",
                      Distribution.of(random.doubles(3, -5, 1_000).toArray()),
                      tags)
                  .withTimestamp(time)
              : new Metric(
                  Channel.SYSTEM,
                  "n" + random.nextInt(6),
                  random.nextBoolean() ? MetricType.GAUGE : MetricType.COUNTER,
                  randomNumber(random),
                  time,
                  tags));
    }
    return metrics;
  }

  private static double randomNumber(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62)); // always finite
      case 1 -> random.nextBoolean() ? 0.0 : -0.0;
      case 2 -> Math.scalb(1.0, random.nextInt(120) - 60);
      case 3 -> random.nextLong();
      case 4 -> (random.nextBoolean() ? 1.0 : -1.0) * ((1L << 51) - random.nextInt(3) + 1);
      case 5 -> -random.nextInt(1_000) / 1e9;
      case 6, 7 -> random.nextInt(100_000) / 100.0;
      default -> random.nextInt(5);
    };
  }

  private static Path path(String name) {
    return DIRECTORY.resolve(name + ".msgpack");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  @Test
  void encode_publications_matchGoldenFiles() throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>(messages());
    all.put("stream", stream());
    for (Map.Entry<String, byte[]> message : all.entrySet()) {
      Path file = path(message.getKey());
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(DIRECTORY);
        Files.write(file, message.getValue());
      }
      assertThat(hex(message.getValue()))
          .as(message.getKey())
          .isEqualTo(hex(Files.readAllBytes(file)));
    }
  }

  /** The page shows the bytes of {@code columns} with the comments that explain them. */
  @Test
  void page_examples_areTheColumnsOfTheFiles() throws IOException {
    Matcher matcher = EXAMPLE.matcher(Files.readString(PAGE));
    int examples = 0;
    while (matcher.find()) {
      String bytes = matcher.group(2).replaceAll("(?m)#.*$", "").replaceAll("\\s+", " ").trim();
      assertThat(hex(Files.readAllBytes(path(matcher.group(1)))))
          .as(matcher.group(1))
          .contains(bytes);
      examples++;
    }
    assertThat(examples).isEqualTo(messages().size());
  }
}
