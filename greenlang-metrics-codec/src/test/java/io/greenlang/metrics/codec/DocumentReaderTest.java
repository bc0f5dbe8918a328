package io.greenlang.metrics.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReaderTest {

  private static final DocumentLimits LIMITS = new DocumentLimits(1000, 4, 64);
  private static final DocumentReader JSON = DocumentReader.json(LIMITS);
  private static final DocumentReader MESSAGE_PACK = DocumentReader.messagePack(LIMITS);

  @Test
  void read_everyKindOfValue_isParsedInBothEncodings() throws MalformedDocumentException {
    assertThat(json("[1, 2.5, \"a\", true, null, {\"b\": [5000000000]}]"))
        .isEqualTo(Arrays.asList(1, 2.5, "a", true, null, Map.of("b", List.of(5_000_000_000L))));
    assertThat(messagePack("96 01 cb4004000000000000 a161 c3 c0 81a162 91 cf000000012a05f200"))
        .isEqualTo(Arrays.asList(1L, 2.5, "a", true, null, Map.of("b", List.of(5_000_000_000L))));
    assertThat(json("7")).isEqualTo(7);
    assertThat(messagePack("07")).isEqualTo(7L);
    assertThat(messagePack("cfffffffffffffffff")).isEqualTo(new BigInteger("18446744073709551615"));
  }

  @Test
  void readMap_validMap_preservesOrder() throws MalformedDocumentException {
    assertThat(JSON.readMap(bytes("{\"z\":1,\"a\":2,\"m\":3}")).keySet())
        .containsExactly("z", "a", "m");
    assertThat(MESSAGE_PACK.readMap(HexFormat.of().parseHex("82a17a01a16102")).keySet())
        .containsExactly("z", "a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|not one object",
        "7|not one object",
        "''|not one object",
        "null|not an object",
        "{} x|not JSON",
        "{\"a\":[1|not JSON",
        "{} {}|not one object",
        "{\"a\":1,\"a\":2}|not JSON",
        "{\"a\":[[[[1]]]]}|nested too deep, or a number too long",
        "{\"a\":NaN}|not JSON",
      })
  void readMap_invalidJson_isRejectedWithReason(String document, String message) {
    assertThatExceptionOfType(MalformedDocumentException.class)
        .isThrownBy(() -> JSON.readMap(bytes(document)))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "90,not a map",
    "'',not a map",
    "8080,more than one map",
    "810101,a key that is not a text",
    "82a16101a16102,a duplicate key",
    "81a1619191919101,nested too deep",
    "df7fffffff,a length beyond the end of the message",
    "81a161c40201,a length beyond the end of the message",
    "81a161c70501,a length beyond the end of the message",
    "82a16101a161810102,a duplicate key",
    "81a161a1ff,text that is not UTF-8",
    "dfffffffff,not MessagePack",
    "82c1c1c1c1,not MessagePack",
  })
  void readMap_invalidMessagePack_isRejectedWithReason(String hex, String message) {
    assertThatExceptionOfType(MalformedDocumentException.class)
        .isThrownBy(() -> MESSAGE_PACK.readMap(HexFormat.of().parseHex(hex)))
        .withMessage(message);
  }

  /** Clients may send a date, bytes or a map of numbers in a field that the server ignores. */
  @ParameterizedTest
  @ValueSource(strings = {"c40101", "d6ff00000000", "810102", "91c40101", "8201c40100c0c0"})
  void readMap_valueThatJsonCannotExpress_leavesTheOtherFieldsReadable(String value)
      throws MalformedDocumentException {
    Map<String, Object> map =
        MESSAGE_PACK.readMap(HexFormat.of().parseHex("82a161" + value + "a162a178"));
    assertThat(map).containsEntry("b", "x").containsKey("a");
    assertThat(map.get("a")).isNotInstanceOfAny(String.class, Number.class, Map.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "1 2", "[1,]", "[[[[[1]]]]]", "{\"a\":1,\"a\":2}", "\u0000"})
  void read_notOneJsonDocument_isRejected(String document) {
    assertThatExceptionOfType(MalformedDocumentException.class)
        .isThrownBy(() -> JSON.read(bytes(document)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0102", "91", "9191919191", "ddffffffff", "df40000000", "c9ffffffff01"})
  void read_notOneMessagePackDocument_isRejected(String hex) {
    assertThatExceptionOfType(MalformedDocumentException.class)
        .isThrownBy(() -> MESSAGE_PACK.read(HexFormat.of().parseHex(hex)));
  }

  @Test
  void read_oneByteOverLimit_isRejected() throws MalformedDocumentException {
    assertThat(json('"' + "x".repeat(998) + '"')).isEqualTo("x".repeat(998));
    assertThatExceptionOfType(MalformedDocumentException.class)
        .isThrownBy(() -> json('"' + "x".repeat(999) + '"'))
        .withMessage("too long");
  }

  @Test
  void read_longNumber_isRejected() {
    assertThatExceptionOfType(MalformedDocumentException.class)
        .isThrownBy(() -> json("1".repeat(65)))
        .withMessage("nested too deep, or a number too long");
  }

  /** Random input causes neither an unchecked exception nor an error. */
  @Test
  void read_randomBytes_isParsedOrRejected() {
    Random random = new Random(42);
    int parsed = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] noise = new byte[random.nextInt(24)];
      random.nextBytes(noise);
      parsed += isParsed(MESSAGE_PACK, noise) ? 1 : 0;
      parsed += isParsed(JSON, noise) ? 1 : 0;
    }
    assertThat(parsed).isPositive();
  }

  private static boolean isParsed(DocumentReader reader, byte[] document) {
    try {
      reader.read(document);
      return true;
    } catch (MalformedDocumentException e) {
      return false;
    }
  }

  private static @Nullable Object json(String document) throws MalformedDocumentException {
    return JSON.read(bytes(document));
  }

  private static @Nullable Object messagePack(String hex) throws MalformedDocumentException {
    return MESSAGE_PACK.read(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
