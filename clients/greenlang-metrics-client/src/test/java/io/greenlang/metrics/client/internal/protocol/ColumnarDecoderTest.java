package io.greenlang.metrics.client.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.codec.DocumentLimits;
import io.greenlang.metrics.codec.DocumentReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The golden files of the format {@code columnar}, and a stream with the expected batches. */
class ColumnarDecoderTest {

  private static final Path GOLDEN =
      Path.of("../../greenlang-metrics-websocket/src/test/resources/golden-columnar");
  private static final DocumentReader READER =
      DocumentReader.messagePackWithBinary(new DocumentLimits(1 << 20, 16, 64));

  private final ColumnarDecoder decoder = new ColumnarDecoder();

  private static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(GOLDEN.resolve(name + ".msgpack"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked") // a document of the test has no other keys
  private static Map<String, Object> map(Object document) {
    return (Map<String, Object>) document;
  }

  private static Map<String, Object> golden(String name) throws Exception {
    return map(Objects.requireNonNull(READER.read(bytes(name))));
  }

  private List<Metric> metrics(Map<String, ?> message) {
    return ((ServerMessage.Metrics) MessageReader.read(decoder.toBatch(message))).metrics();
  }

  @Test
  void toBatch_goldenFiles_areTheMetricsOfThePage() throws Exception {
    List<Double> values = new ArrayList<>();
    List<Instant> times = new ArrayList<>();
    for (String name : List.of("key", "next", "unchanged")) {
      for (Metric metric : metrics(golden(name))) {
        values.add(metric.value());
        times.add(metric.timestamp());
      }
    }
    assertThat(values)
        .containsExactly(75.5, 16_777_216_000.0, 1.0 / 3, 75.4, 16_777_217_500.0, 0.5, 0.5);
    Instant noon = Instant.parse("2025-11-08T12:00:00Z");
    Instant later = noon.plusMillis(1_002);
    assertThat(times)
        .containsExactly(
            noon, noon.plusMillis(250), noon, later, later, later, later.plusMillis(999));
    Metric window = metrics(golden("window")).get(0);
    assertThat(window.interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(window.statistics())
        .containsExactlyInAnyOrderEntriesOf(Map.of("count", 3.0, "min", 10.0, "max", 30.0));
  }

  @Test
  void toBatch_randomPublications_areTheBatchesBitByBit() throws Exception {
    List<?> pairs = (List<?>) Objects.requireNonNull(READER.read(bytes("stream")));
    assertThat(pairs).hasSizeGreaterThanOrEqualTo(40);
    for (Object each : pairs) {
      List<?> pair = (List<?>) Objects.requireNonNull(each);
      Map<String, Object> columns = map(Objects.requireNonNull(pair.get(0)));
      Map<String, Object> batch = map(Objects.requireNonNull(pair.get(1)));
      assertThat(MessageReader.read(decoder.toBatch(columns))).isEqualTo(MessageReader.read(batch));
    }
  }

  @Test
  void addBytes_wholeMessages_areMetricsOfOneConnection() {
    MessageDecoder connection = new MessageDecoder();
    for (String name : List.of("key", "next")) {
      MessageDecoder.Decoded decoded =
          Objects.requireNonNull(connection.addBytes(ByteBuffer.wrap(bytes(name)), true));
      assertThat(((ServerMessage.Metrics) Objects.requireNonNull(decoded.message())).metrics())
          .hasSize(3);
    }
  }

  @Test
  void toBatch_withoutKey_isMalformedUntilTheNextKey() throws Exception {
    assertMalformed(golden("next"));
    metrics(golden("key"));
    Map<String, Object> truncated = new LinkedHashMap<>(golden("next"));
    truncated.computeIfPresent("columns", (key, columns) -> Arrays.copyOf((byte[]) columns, 5));
    assertMalformed(truncated);
    assertMalformed(golden("unchanged"));
    assertThat(metrics(golden("key"))).hasSize(3);
  }

  private void assertMalformed(Map<String, Object> message) {
    assertThatThrownBy(() -> decoder.toBatch(message))
        .isInstanceOfSatisfying(
            MetricsClientException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_FRAME));
  }

  @Test
  void toBatch_truncatedOrChangedAnywhere_isMalformedOrDecoded() throws Exception {
    Map<String, Object> key = golden("key");
    byte[] columns = (byte[]) Objects.requireNonNull(key.get("columns"));
    for (int i = 0; i < columns.length; i++) {
      Map<String, Object> changed = new LinkedHashMap<>(key);
      changed.put("columns", Arrays.copyOf(columns, i));
      assertMalformed(changed);
      for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
        byte[] bytes = columns.clone();
        bytes[i] = (byte) value;
        changed.put("columns", bytes);
        requireNoOtherFailure(changed);
      }
    }
  }

  private static void requireNoOtherFailure(Map<String, Object> message) {
    try {
      assertThat(new ColumnarDecoder().toBatch(message)).containsKey("metrics");
    } catch (MetricsClientException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    }
  }
}
