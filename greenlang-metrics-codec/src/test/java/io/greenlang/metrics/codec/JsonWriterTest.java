package io.greenlang.metrics.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

  private static final DocumentReader READER = DocumentReader.json(new DocumentLimits(1000, 8, 64));

  @ParameterizedTest
  @CsvSource({
    "10, 10",
    "-0.0, 0",
    "20.5, 20.5",
    "1e-7, 1.0E-7",
    "16777216000, 16777216000",
    "9007199254740991, 9007199254740991",
    "9007199254740992, 9.007199254740992E15",
    "1.7976931348623157e308, 1.7976931348623157E308",
    "NaN, null",
    "Infinity, null",
    "-Infinity, null"
  })
  void format_number_isJson(double value, String json) {
    assertThat(JsonNumber.format(value)).isEqualTo(json);
  }

  @Test
  void write_everyKindOfValue_keepsOrder() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("text", "a\"b\n");
    map.put("numbers", Arrays.asList(1, 5_000_000_000L, 2.5, 3.0, new BigDecimal("1E+3"), null));
    map.put("flag", true);
    map.put("empty", Map.of("list", List.of()));
    assertThat(json(map))
        .isEqualTo(
            "{\"text\":\"a\\\"b\\n\",\"numbers\":[1,5000000000,2.5,3,1000,null],"
                + "\"flag\":true,\"empty\":{\"list\":[]}}");
  }

  /** Half of a surrogate pair, which a client can send as an escape, must not end a connection. */
  @ParameterizedTest
  @ValueSource(strings = {"größe", "\u2713", "\ud83d\ude00", "\ud83d", "\u0000"})
  void write_text_isReadAgain(String text) throws MalformedDocumentException {
    assertThat(READER.readMap(JsonWriter.write(Map.of("k", text)))).isEqualTo(Map.of("k", text));
  }

  @Test
  void write_otherClass_isRejectedWithItsName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JsonWriter.write(List.of(Instant.EPOCH)))
        .withMessage("JSON cannot contain a java.time.Instant");
  }

  private static String json(Object value) {
    return new String(JsonWriter.write(value), StandardCharsets.UTF_8);
  }
}
