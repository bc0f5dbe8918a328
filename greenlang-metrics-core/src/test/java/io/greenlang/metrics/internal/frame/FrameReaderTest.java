package io.greenlang.metrics.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

  private static final int TEXT = 0x1;
  private static final int PING = 0x9;

  /** The lengths around the limits between one, two and eight bytes of length. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 32_768, 65_535, 65_536})
  void moveTo_eachFormOfLength_findsPayloadAndNextFrame(int length) {
    FrameBuffer written = new FrameBuffer();
    written.putFrameHeader(TEXT, length);
    written.put(new byte[length]);
    int next = written.length();
    written.putFrameHeader(PING, 0);
    ByteBuffer frames = written.toSharedFrames().bytes();

    FrameReader reader = new FrameReader();
    reader.moveTo(frames, 0);

    assertThat(reader.opcode()).isEqualTo(TEXT);
    assertThat(reader.end()).isEqualTo(next);
    assertThat(reader.payloadStart()).isEqualTo(next - length);

    reader.moveTo(frames, reader.end());

    assertThat(reader.opcode()).isEqualTo(PING);
    assertThat(reader.payloadStart()).isEqualTo(reader.end()).isEqualTo(next + 2);
  }
}
