package io.greenlang.metrics.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Utf8ValidatorTest {

  private final Utf8Validator validator = new Utf8Validator();

  private boolean accepts(byte[] piece) {
    return validator.accepts(Unpooled.wrappedBuffer(piece));
  }

  /** Each text is valid up to its last byte, which no byte could follow. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", "c0", "c1", "e080", "eda0", "f080", "f490", "f5", "ff", "c341", "e28241", "f09f41"
      })
  void accepts_invalidSequence_isFoundAtItsFirstWrongByte(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (int i = 0; i < bytes.length; i++) {
      assertThat(accepts(new byte[] {bytes[i]})).as("byte %d", i).isEqualTo(i < bytes.length - 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"'', true", "41, true", "c3a9, true", "c3, false", "e282, false", "f09f98, false"})
  void finish_text_isCompleteOnlyAfterWholeCharacter(String hex, boolean complete) {
    assertThat(accepts(HexFormat.of().parseHex(hex))).isTrue();
    assertThat(validator.finish()).isEqualTo(complete);
    assertThat(accepts(new byte[] {'a'})).as("the next text").isTrue();
  }

  @Test
  void accepts_randomBytesInPieces_agreesWithJdk() {
    Random random = new Random(1);
    byte[] alphabet = HexFormat.of().parseHex("41c3a9e0a080ed9fbff09082bff48fbf80c2bf");
    for (int round = 0; round < 200_000; round++) {
      byte[] text = new byte[1 + random.nextInt(5)];
      for (int i = 0; i < text.length; i++) {
        text[i] = alphabet[random.nextInt(alphabet.length)];
      }
      int cut = random.nextInt(text.length);
      boolean valid =
          accepts(Arrays.copyOf(text, cut)) && accepts(Arrays.copyOfRange(text, cut, text.length));
      boolean complete = validator.finish();
      assertThat(valid && complete).as(HexFormat.of().formatHex(text)).isEqualTo(isUtf8(text));
    }
  }

  private static boolean isUtf8(byte[] text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
