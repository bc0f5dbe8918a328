package io.greenlang.metrics.redis.internal.external;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
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

class ExternalReaderTest {

  private static final Instant ARRIVED = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final Instant GIVEN = Instant.parse("2025-11-08T12:00:00Z");

  @Test
  void read_flatMetric_parsesExampleOfProductSpec() throws MalformedDataException {
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
  void read_onlyNameAndValue_returnsGaugeWithArrivalTime() throws MalformedDataException {
    assertThat(read("{\"name\":\"load\",\"value\":2}"))
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "load", 2, Tags.empty()).withTimestamp(ARRIVED));
  }

  @Test
  void read_listWithSnapshots_keepsOrder() throws MalformedDataException {
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
  void read_snapshot_namesNumbersByPath() throws MalformedDataException {
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
  void read_timestampOfAnyPublisher_isSameInstant(String timestamp) throws MalformedDataException {
    assertThat(read("{\"timestamp\":\"" + timestamp + "\",\"a\":1}"))
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "a", 1, Tags.empty())
                .withTimestamp(GIVEN.plusMillis(250)));
  }

  @Test
  void read_messagePack_isDetectedByFirstByte() throws MalformedDataException {
    byte[] flat = HexFormat.of().parseHex("82a46e616d65a46c6f6164a576616c756502");
    assertThat(ExternalReader.read(Channel.SYSTEM, flat, ARRIVED))
        .containsExactly(
            Metric.gauge(Channel.SYSTEM, "load", 2, Tags.empty()).withTimestamp(ARRIVED));
    byte[] list = HexFormat.of().parseHex("9181a16181a16207");
    assertThat(ExternalReader.read(Channel.SYSTEM, list, ARRIVED))
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
        "[1]|a metric is not a map",
        "{}|it contains no numbers",
        "[]|it contains no numbers",
        "{\"name\":\"x\",\"value\":\"1\"}|it contains no numbers",
        "{\"name\":\"x\",\"value\":1,\"channel\":\"agent.metrics\"}|its channel differs from the one it was published on",
        "{\"a\":1,\"tags\":[]}|the tags are not a map",
        "{\"a\":1,\"tags\":{\"port\":1}}|a tag is not a string",
        "{\"a\":1,\"timestamp\":true}|a timestamp is neither an ISO 8601 time nor seconds since 1970",
        "{\"a\":1,\"timestamp\":\"yesterday\"}|a timestamp is not a time such as 2025-11-08T12:00:00Z: it has a character that no time has",
        "{\"a\":1,\"timestamp\":\"2025-11-31T12:00:00\"}|a timestamp is not a time such as 2025-11-08T12:00:00Z: the day is not from 1 to 30: \"2025-11-31T12:00:00\"",
        "{\"name\":\"x\",\"value\":1,\"type\":2}|a type is not a string",
      })
  void read_invalidMessage_givesReason(String message, String reason) {
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> read(message))
        .withMessage(reason);
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
  void read_invalidMetric_isRejectedWithoutRawContent(String message) {
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> read(message))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\r", "\n"));
  }

  @Test
  void read_aboveLimits_isRejected() throws MalformedDataException {
    assertThat(read(metrics(ExternalReader.MAX_METRICS))).hasSize(ExternalReader.MAX_METRICS);
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> read(metrics(ExternalReader.MAX_METRICS + 1)))
        .withMessage("it contains more than 5000 metrics");
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> read("{\"a\":\"" + "x".repeat(ExternalReader.MAX_BYTES) + "\"}"))
        .withMessage("too long");
    assertThatExceptionOfType(MalformedDataException.class)
        .isThrownBy(() -> read("{\"a\":".repeat(17) + "1" + "}".repeat(17)));
  }

  @Test
  void read_randomChanges_parsesOrRejects() throws MalformedDataException {
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
      ExternalReader.read(Channel.SYSTEM, message, ARRIVED);
      return false;
    } catch (MalformedDataException e) {
      return true;
    }
  }

  private static String metrics(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"m" + i + "\":" + i)
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static List<Metric> read(String message) throws MalformedDataException {
    return ExternalReader.read(Channel.SYSTEM, message.getBytes(UTF_8), ARRIVED);
  }
}
