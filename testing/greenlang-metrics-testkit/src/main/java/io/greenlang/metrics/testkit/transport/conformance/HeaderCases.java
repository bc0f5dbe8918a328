package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Sections 3 and 4: reserved bits and reserved opcodes. */
final class HeaderCases {

  private static final String PROTOCOL_ERROR = "close 1002";
  private static final String ECHO_FIRST = "echo, close 1002";
  private static final RawWebSocketFrame PING =
      RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[0]);
  private static final RawWebSocketFrame TEXT =
      RawWebSocketFrame.of(RawWebSocketFrame.TEXT, EchoCommand.json(ConformanceCase.GREETING));

  private HeaderCases() {}

  static Stream<ConformanceCase> cases() {
    return Stream.of(reservedBits(), dataOpcodes(), controlOpcodes()).flatMap(part -> part);
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

  private static Stream<ConformanceCase> dataOpcodes() {
    return Stream.of(
        ConformanceCase.named("4.1.1", "opcode 3").frame(frame(3, "")).expect(PROTOCOL_ERROR),
        ConformanceCase.named("4.1.2", "opcode 4 with a payload")
            .frame(frame(4, "reserved"))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("4.1.3", "text, opcode 5, a ping")
            .frame(TEXT, frame(5, ""), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named("4.1.4", "text, opcode 6 with a payload, a ping")
            .frame(TEXT, frame(6, "reserved"), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named("4.1.5", "text, opcode 7 with a payload, a ping, byte by byte")
            .byteByByte()
            .frame(TEXT, frame(7, "reserved"), PING)
            .expect(ECHO_FIRST));
  }

  private static Stream<ConformanceCase> controlOpcodes() {
    return Stream.of(
        ConformanceCase.named("4.2.1", "opcode 11").frame(frame(11, "")).expect(PROTOCOL_ERROR),
        ConformanceCase.named("4.2.2", "opcode 12 with a payload")
            .frame(frame(12, "reserved"))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("4.2.3", "text, opcode 13, a ping")
            .frame(TEXT, frame(13, ""), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named("4.2.4", "text, opcode 14 with a payload, a ping")
            .frame(TEXT, frame(14, "reserved"), PING)
            .expect(ECHO_FIRST),
        ConformanceCase.named("4.2.5", "text, opcode 15 with a payload, a ping, byte by byte")
            .byteByByte()
            .frame(TEXT, frame(15, "reserved"), PING)
            .expect(ECHO_FIRST));
  }

  private static RawWebSocketFrame frame(int opcode, String payload) {
    return RawWebSocketFrame.of(opcode, payload.getBytes(StandardCharsets.US_ASCII));
  }
}
