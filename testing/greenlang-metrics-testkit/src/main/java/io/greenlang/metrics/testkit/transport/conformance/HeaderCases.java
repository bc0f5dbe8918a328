package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Sections 3 and 4: reserved bits and reserved opcodes. */
final class HeaderCases {

  private static final String PROTOCOL_ERROR = "close 1002";
  private static final String ECHO_FIRST = "echo, close 1002";
  private static final int FIRST_RESERVED_DATA_OPCODE = 3;
  private static final int FIRST_RESERVED_CONTROL_OPCODE = 11;
  private static final RawWebSocketFrame PING =
      RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[0]);
  private static final RawWebSocketFrame TEXT =
      RawWebSocketFrame.of(RawWebSocketFrame.TEXT, EchoCommand.json(ConformanceCase.GREETING));

  private HeaderCases() {}

  static Stream<ConformanceCase> cases() {
    return Stream.of(
            reservedBits(),
            opcodes("4.1", FIRST_RESERVED_DATA_OPCODE),
            opcodes("4.2", FIRST_RESERVED_CONTROL_OPCODE))
        .flatMap(part -> part);
  }

  private static Stream<ConformanceCase> reservedBits() {
    return Stream.of(
        ConformanceCase.named("3.1", "text with RSV 1")
            .frame(TEXT.withRsv(1))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("3.2", "text, text with RSV 2, a ping")
            .frame(TEXT, TEXT.withRsv(2), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named("3.3", "text, text with RSV 3, a ping, frame by frame")
            .frameByFrame()
            .frame(TEXT, TEXT.withRsv(3), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named("3.4", "text, text with RSV 4, a ping, byte by byte")
            .byteByByte()
            .frame(TEXT, TEXT.withRsv(4), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named("3.5", "a binary frame with RSV 5")
            .frame(RawWebSocketFrame.binary(new byte[] {0, -1, -2, -3}).withRsv(5))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("3.6", "a ping with RSV 6")
            .frame(PING.withRsv(6))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("3.7", "a close frame with RSV 7")
            .frame(RawWebSocketFrame.close(1000).withRsv(7))
            .expect(PROTOCOL_ERROR));
  }

  /** Returns the cases of five reserved opcodes, beginning with {@code first}. */
  private static Stream<ConformanceCase> opcodes(String section, int first) {
    return Stream.of(
        ConformanceCase.named(section + ".1", "opcode " + first)
            .frame(frame(first, ""))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named(section + ".2", "opcode " + (first + 1) + " with a payload")
            .frame(frame(first + 1, "reserved"))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named(section + ".3", "text, opcode " + (first + 2) + ", a ping")
            .frame(TEXT, frame(first + 2, ""), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named(
                section + ".4", "text, opcode " + (first + 3) + " with a payload, a ping")
            .frame(TEXT, frame(first + 3, "reserved"), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named(
                section + ".5",
                "text, opcode " + (first + 4) + " with a payload, a ping, byte by byte")
            .byteByByte()
            .frame(TEXT, frame(first + 4, "reserved"), PING)
            .expect(ECHO_FIRST));
  }

  private static RawWebSocketFrame frame(int opcode, String payload) {
    return RawWebSocketFrame.of(opcode, payload.getBytes(StandardCharsets.US_ASCII));
  }
}
