package io.greenlang.metrics.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.ingest.ReadPublication.Rejection;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Publications in all forms: valid, invalid as a whole, invalid in part. */
class PublicationReaderTest {

  private static final Instant ARRIVED = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Instant GIVEN = Instant.parse("2025-11-08T12:00:00Z");

  @Test
  void read_flatMetric_parsesExampleOfProductSpec() throws MalformedPublicationException {
    assertThat(
            read(
                """
                {"channel": "system.metrics", "name": "cpu.percent", "type": "gauge",
                 "value": 75.5, "timestamp": "2025-11-08T12:00:00Z",
                 "tags": {"host": "server1", "env": "production"}}
                """))
        .containsExactly(
            new Metric(
                Channel.SYSTEM,
                "cpu.percent",
                MetricType.GAUGE,
                75.5,
                GIVEN,
                Tags.of("host", "server1", "env", "production")));
  }

  @Test
  void read_onlyNameAndValue_returnsGaugeWithArrivalTime() throws MalformedPublicationException {
    assertThat(read("{\"name\":\"load\",\"value\":2}"))
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "load", 2, Tags.empty()).withTimestamp(ARRIVED));
  }

  @Test
  void read_listWithSnapshots_keepsOrder() throws MalformedPublicationException {
    assertThat(
            read(
                " [{\"name\":\"a\",\"type\":\"counter\",\"value\":1,\"timestamp\":1762603200.5},"
                    + "{\"b\":{\"c\":2}}]"))
        .containsExactly(
            Metric.counter(Channel.SYSTEM, "a", 1, Tags.empty())
                .withTimestamp(GIVEN.plusMillis(500)),
            Metric.gauge(Channel.SYSTEM, "b.c", 2, Tags.empty()).withTimestamp(ARRIVED));
  }

  @Test
  void read_snapshot_namesNumbersByPath() throws MalformedPublicationException {
    assertThat(
            read(
                """
                {"channel": "system.metrics", "timestamp": "2025-11-08T12:00:00Z",
                 "cpu": {"percent": 45.2, "count": 8, "model": "x", "hot": true, "cores": [1]},
                 "memory": {"total": 16777216000}, "note": "y", "nothing": null, "load": 3,
                 "tags": {"host": "h"}}
                """))
        .extracting(Metric::name, Metric::value)
        .containsExactly(
            tuple("cpu.percent", 45.2),
            tuple("cpu.count", 8.0),
            tuple("memory.total", 16777216000.0),
            tuple("load", 3.0));
    assertThat(read("{\"timestamp\":\"2025-11-08T13:00:00+01:00\",\"a\":1,\"tags\":{\"h\":\"x\"}}"))
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "a", 1, Tags.of("h", "x")).withTimestamp(GIVEN));
  }

  /** The forms that Python's {@code isoformat()} and {@code str()} write, and those of others. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2025-11-08T12:00:00.250000",
        "2025-11-08 12:00:00.250000",
        "2025-11-08T13:00:00.25+0100",
        "2025-11-08T13:00:00.25+01",
        "20251108T120000.25Z",
        "2025-11-08T12:00:00,25Z",
        "2025-11-08t12:00:00.250000000z"
      })
  void read_timestampOfAnyPublisher_isSameInstant(String timestamp)
      throws MalformedPublicationException {
    assertThat(read("{\"timestamp\":\"" + timestamp + "\",\"a\":1}"))
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "a", 1, Tags.empty())
                .withTimestamp(GIVEN.plusMillis(250)));
  }

  @Test
  void read_messagePack_isDetectedByFirstByte() throws MalformedPublicationException {
    byte[] flat = HexFormat.of().parseHex("82a46e616d65a46c6f6164a576616c756502");
    assertThat(read(flat).metrics())
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "load", 2, Tags.empty()).withTimestamp(ARRIVED));
    byte[] list = HexFormat.of().parseHex("9181a16181a16207");
    assertThat(read(list).metrics())
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "a.b", 7, Tags.empty()).withTimestamp(ARRIVED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|it is neither a JSON object or array nor a MessagePack map or array",
        "hello|it is neither a JSON object or array nor a MessagePack map or array",
        "7|it is neither a JSON object or array nor a MessagePack map or array",
        "{|not JSON",
        "[]|it contains no numbers",
      })
  void read_malformedDocument_isRejectedAsWhole(String message, String reason) {
    assertThatExceptionOfType(MalformedPublicationException.class)
        .isThrownBy(() -> read(message))
        .withMessage(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|a metric is not a map",
        "{}|it contains no numbers",
        "{\"name\":\"x\",\"value\":\"1\"}|it contains no numbers",
        "{\"name\":\"x\",\"value\":1,\"channel\":\"agent.metrics\"}|its channel differs from the"
            + " one it was published on",
        "{\"a\":1,\"tags\":[]}|the tags are not a map",
        "{\"a\":1,\"tags\":{\"port\":1}}|a tag is not a string",
        "{\"a\":1,\"timestamp\":true}|a timestamp is neither an ISO 8601 time nor seconds since"
            + " 1970",
        "{\"a\":1,\"timestamp\":\"yesterday\"}|a timestamp is not a time such as"
            + " 2025-11-08T12:00:00Z: it has a character that no time has",
        "{\"a\":1,\"timestamp\":\"2025-11-31T12:00:00\"}|a timestamp is not a time such as"
            + " 2025-11-08T12:00:00Z: the day is not from 1 to 30: \"2025-11-31T12:00:00\"",
        "{\"name\":\"x\",\"value\":1,\"type\":2}|a type is not a string",
      })
  void read_invalidMetric_givesReason(String message, String reason)
      throws MalformedPublicationException {
    ReadPublication publication = read(message.getBytes(UTF_8));
    assertThat(publication.metrics()).isEmpty();
    assertThat(publication.rejections()).containsExactly(new Rejection(0, reason));
  }

  @Test
  void read_someInvalid_acceptsOthersAndGivesIndexes() throws MalformedPublicationException {
    ReadPublication publication =
        read(
            """
            [{"name": "a", "value": 1}, 7, {"b": 2, "": 3, "c": 4}, {"name": "d", "value": "x"},
             {"e": 5, "tags": {"k": 1}}, {"name": "f", "value": 6}]
            """
                .getBytes(UTF_8));
    assertThat(publication.metrics()).extracting(Metric::name).containsExactly("a", "b", "c", "f");
    assertThat(publication.rejections())
        .containsExactly(
            new Rejection(1, "a metric is not a map"),
            new Rejection(2, "invalid metric: metric name must not be empty"),
            new Rejection(3, "it contains no numbers"),
            new Rejection(4, "a tag is not a string"));
  }

  @Test
  void read_maximumInvalid_namesEach() throws MalformedPublicationException {
    int count = PublicationReader.MAX_METRICS;
    ReadPublication publication = read(("[" + "1,".repeat(count - 1) + "1]").getBytes(UTF_8));
    assertThat(publication.rejections())
        .isEqualTo(
            IntStream.range(0, count)
                .mapToObj(index -> new Rejection(index, "a metric is not a map"))
                .toList());
  }

  @Test
  void read_longReasons_areLeftOutBeyondTheLimit() throws MalformedPublicationException {
    String numbers = numbersOutOfRange(PublicationReader.MAX_METRICS);
    ReadPublication publication =
        read(("{\"" + "x".repeat(100) + "\":{" + numbers + "}}").getBytes(UTF_8));
    assertThat(publication.rejections()).hasSize(PublicationReader.MAX_METRICS);
    assertThat(publication.rejections().get(0).reason()).contains("must be a finite number");
    assertThat(publication.rejections().get(PublicationReader.MAX_METRICS - 1).reason())
        .isEqualTo("left out, because the reasons are too long");
    assertThat(publication.rejections().stream().mapToInt(each -> each.reason().length()).sum())
        .isLessThan(2 * PublicationReader.MAX_REASONS);
  }

  /** Returns the members of an object, each of which is a number that no metric can have. */
  private static String numbersOutOfRange(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + i + "\":1e999")
        .collect(Collectors.joining(","));
  }

  @Test
  void read_unknownType_rejectsItsMetricOnly() throws MalformedPublicationException {
    byte[] message = "[{\"name\":\"a\",\"value\":1,\"type\":\"rank\"},{\"b\":2}]".getBytes(UTF_8);
    ReadPublication publication =
        PublicationReader.read(
            PublicationFormat.JSON,
            Channel.SYSTEM,
            message,
            ARRIVED,
            type -> type.equals(MetricType.GAUGE));
    assertThat(publication.metrics()).extracting(Metric::name).containsExactly("b");
    assertThat(publication.rejections())
        .containsExactly(new Rejection(0, "no aggregator knows the type rank"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1e999}",
        "{\"\":1}",
        "{\"a\":{\"\":1}}",
        "{\"a\\r\\nERROR\":1}",
        "{\"name\":\"x\",\"value\":1,\"type\":\"No Type\"}",
        "{\"name\":\"x\",\"value\":1,\"type\":\"error\"}",
        "{\"name\":\"x\",\"value\":1,\"tags\":{\"__proto__\":\"y\"}}",
        "{\"a\":{\"__proto__\":1}}",
        "{\"a\":1,\"timestamp\":1e12}",
        "{\"a\":1,\"timestamp\":\"+12025-11-08T12:00:00Z\"}",
      })
  void read_invalidMetric_isRejectedWithoutRawContent(String message)
      throws MalformedPublicationException {
    ReadPublication publication = read(message.getBytes(UTF_8));
    assertThat(publication.metrics()).isEmpty();
    assertThat(publication.rejections())
        .singleElement()
        .satisfies(first -> assertThat(first.reason()).doesNotContain("\r", "\n"));
  }

  @Test
  void read_aboveLimits_isRejected() throws MalformedPublicationException {
    assertThat(read(metrics(PublicationReader.MAX_METRICS))).hasSize(PublicationReader.MAX_METRICS);
    assertThatExceptionOfType(MalformedPublicationException.class)
        .isThrownBy(() -> read(metrics(PublicationReader.MAX_METRICS + 1)))
        .withMessage("it contains more than 5000 metrics");
    assertThatExceptionOfType(MalformedPublicationException.class)
        .isThrownBy(() -> read("{\"a\":\"" + "x".repeat(PublicationReader.MAX_BYTES) + "\"}"))
        .withMessage("too long");
    assertThatExceptionOfType(MalformedPublicationException.class)
        .isThrownBy(() -> read("{\"a\":".repeat(17) + "1" + "}".repeat(17)));
  }

  @Test
  void read_randomChanges_parsesOrRejects() throws MalformedPublicationException {
    Random random = new Random(7);
    byte[] good = "[{\"name\":\"a\",\"value\":1,\"tags\":{\"b\":\"c\"}}]".getBytes(UTF_8);
    int rejected = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] noise = good.clone();
      for (int j = 0; j < 2; j++) {
        noise[random.nextInt(noise.length)] = (byte) random.nextInt(256);
      }
      rejected += isRejected(noise) ? 1 : 0;
    }
    assertThat(rejected).isBetween(50_000, 99_999);
  }

  private static boolean isRejected(byte[] message) {
    try {
      return read(message).metrics().isEmpty();
    } catch (MalformedPublicationException e) {
      return true;
    }
  }

  private static String metrics(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"m" + i + "\":" + i)
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static List<Metric> read(String message) throws MalformedPublicationException {
    return read(message.getBytes(UTF_8)).metrics();
  }

  private static ReadPublication read(byte[] message) throws MalformedPublicationException {
    return PublicationReader.read(
        PublicationFormat.detect(message), Channel.SYSTEM, message, ARRIVED, type -> true);
  }
}
