package io.greenlang.metrics.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VarIntTest {

  @ParameterizedTest
  @CsvSource({
    "0,00",
    "1,01",
    "127,7f",
    "128,8001",
    "300,ac02",
    "9223372036854775807,ffffffffffffffff7f",
    "-1,ffffffffffffffffff01"
  })
  void write_number_isLowestBitsFirst(long number, String hex) {
    assertThat(HexFormat.of().formatHex(written(number))).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({"0,00", "-1,01", "1,02", "-64,7f", "64,8001"})
  void writeSigned_numberNearZero_takesOneByte(long number, String hex) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    VarInt.writeSigned(number, output);
    assertThat(HexFormat.of().formatHex(output.toByteArray())).isEqualTo(hex);
  }

  @Test
  void read_writtenValue_isEqual() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      long number = random.nextLong() >> random.nextInt(Long.SIZE);
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      VarInt.write(number, output);
      VarInt.writeSigned(number, output);
      ByteBuffer input = ByteBuffer.wrap(output.toByteArray());
      assertThat(VarInt.read(input)).isEqualTo(number);
      assertThat(VarInt.readSigned(input)).isEqualTo(number);
      assertThat(input.hasRemaining()).isFalse();
    }
  }

  @Test
  void read_elevenBytes_isRejected() {
    byte[] endless = new byte[VarInt.MAX_BYTES + 1];
    Arrays.fill(endless, (byte) 0x80);
    assertThatThrownBy(() -> VarInt.read(ByteBuffer.wrap(endless)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than ten bytes");
  }

  @Test
  void read_truncated_isUnderflow() {
    assertThatThrownBy(() -> VarInt.read(ByteBuffer.wrap(new byte[] {(byte) 0x80})))
        .isInstanceOf(BufferUnderflowException.class);
  }

  private static byte[] written(long number) {
    byte[] bytes = new byte[VarInt.MAX_BYTES];
    return Arrays.copyOf(bytes, VarInt.write(number, bytes, 0));
  }
}
