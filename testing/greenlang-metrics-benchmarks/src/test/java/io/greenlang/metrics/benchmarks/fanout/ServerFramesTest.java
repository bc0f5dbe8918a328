package io.greenlang.metrics.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerFramesTest {

  private final List<String> received = new ArrayList<>();

  @Test
  void read_framesOfAllLengthsSplitAnywhere_passesEachOnce() throws IOException {
    byte[] stream = frames("", "a".repeat(125), "b".repeat(126), "c".repeat(65_536), "d");
    for (int cut : new int[] {0, 1, 2, 3, 128, 129, 130, 131, 132, 400, 65_800, stream.length}) {
      received.clear();
      int consumed = read(stream, 0, cut);
      assertThat(consumed).isLessThanOrEqualTo(cut);
      assertThat(read(stream, consumed, stream.length)).isEqualTo(stream.length);
      assertThat(received)
          .extracting(String::length)
          .as("cut at " + cut)
          .containsExactly(0, 125, 126, 65_536, 1);
    }
  }

  @Test
  void read_handlerStops_leavesRemainingFrames() throws IOException {
    byte[] stream = frames("a", "b");
    assertThat(ServerFrames.parse(stream, 0, stream.length, (o, b, s, e) -> false)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01 00", // a fragment
        "80 00", // its continuation
        "c1 00", // a reserved bit
        "83 00", // an undefined opcode
        "81 85", // a mask
        "81 7f 00 00 00 01 00 00 00 00", // 4 GiB
        "7b 22" // not a frame: the text {"
      })
  void read_unsupportedFrame_throws(String hex) {
    ByteBuffer bytes = ByteBuffer.allocate(16);
    Arrays.stream(hex.split(" ", -1)).forEach(b -> bytes.put((byte) Integer.parseInt(b, 16)));
    assertThatThrownBy(() -> read(bytes.array(), 0, bytes.position()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("invalid frame");
  }

  private int read(byte[] stream, int start, int end) throws IOException {
    return ServerFrames.parse(
        stream,
        start,
        end,
        (opcode, bytes, from, to) ->
            received.add(new String(bytes, from, to - from, StandardCharsets.US_ASCII)));
  }

  private static byte[] frames(String... payloads) {
    ByteBuffer stream = ByteBuffer.allocate(100_000);
    for (String payload : payloads) {
      stream.put((byte) 0x81);
      if (payload.length() < 126) {
        stream.put((byte) payload.length());
      } else if (payload.length() < 65_536) {
        stream.put((byte) 126).putShort((short) payload.length());
      } else {
        stream.put((byte) 127).putLong(payload.length());
      }
      stream.put(payload.getBytes(StandardCharsets.US_ASCII));
    }
    return Arrays.copyOf(stream.array(), stream.position());
  }
}
