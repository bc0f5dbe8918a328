package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Section 7: the closing handshake, and valid and invalid close frames. */
final class CloseCases {

  private static final String CLEAN = "close 1000";
  private static final String PROTOCOL_ERROR = "close 1002";
  private static final List<Integer> VALID_CODES =
      List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999);
  private static final List<Integer> INVALID_CODES =
      List.of(0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999);
  private static final List<Integer> CODES_BEYOND_4999 = List.of(5000, 65_535);
  private static final RawWebSocketFrame CLOSE = RawWebSocketFrame.close(1000);
  private static final RawWebSocketFrame EMPTY =
      RawWebSocketFrame.of(RawWebSocketFrame.CLOSE, new byte[0]);
  private static final RawWebSocketFrame PING =
      RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[0]);

  private CloseCases() {}

  static Stream<ConformanceCase> cases() {
    return Stream.of(
            handshakes(),
            payloads(),
            VALID_CODES.stream()
                .map(code -> code("7.7." + (VALID_CODES.indexOf(code) + 1), code, "close " + code)),
            INVALID_CODES.stream()
                .map(
                    code -> code("7.9." + (INVALID_CODES.indexOf(code) + 1), code, PROTOCOL_ERROR)),
            CODES_BEYOND_4999.stream()
                .map(
                    code ->
                        code(
                            "7.13." + (CODES_BEYOND_4999.indexOf(code) + 1), code, PROTOCOL_ERROR)))
        .flatMap(part -> part);
  }

  private static Stream<ConformanceCase> handshakes() {
    List<RawWebSocketFrame> halves = ConformanceCase.echoFragments(2);
    List<ConformanceCase> cases = new ArrayList<>();
    cases.add(
        ConformanceCase.named("7.1.1", "text, and a close frame after its answer")
            .echo()
            .await(1)
            .frame(CLOSE)
            .expect("echo, close 1000"));
    cases.add(ConformanceCase.named("7.1.2", "two close frames").frame(CLOSE, EMPTY).expect(CLEAN));
    cases.add(
        ConformanceCase.named("7.1.3", "a ping after the close frame")
            .frame(CLOSE, PING)
            .expect(CLEAN));
    cases.add(
        ConformanceCase.named("7.1.4", "text after the close frame")
            .frame(CLOSE)
            .echo()
            .expect(CLEAN));
    cases.add(
        ConformanceCase.named("7.1.5", "a close frame between two fragments")
            .frame(halves.get(0), CLOSE, halves.get(1))
            .expect(CLEAN));
    // The published message has 256 KiB; the answers may be sent before or after the close frame.
    cases.add(
        ConformanceCase.named("7.1.6", "a message of 64 KiB, text, a close frame, a ping")
            .frame(EchoCommand.frame(RawWebSocketFrame.TEXT, 65_536))
            .echo()
            .frame(CLOSE, PING)
            .expect("2 x echo, close 1000|echo, close 1000|close 1000"));
    return cases.stream();
  }

  private static Stream<ConformanceCase> payloads() {
    byte[] notUtf8 = {0x65, (byte) 0xED, (byte) 0xA0, (byte) 0x80, 0x65};
    return Stream.of(
        ConformanceCase.named("7.3.1", "a close frame without a payload")
            .frame(EMPTY)
            .expect("close 1005|close 1000"),
        ConformanceCase.named("7.3.2", "a close frame of one byte")
            .frame(RawWebSocketFrame.of(RawWebSocketFrame.CLOSE, new byte[] {'a'}))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("7.3.3", "a close frame with a code").frame(CLOSE).expect(CLEAN),
        ConformanceCase.named("7.3.4", "a close frame with a code and a reason")
            .frame(withReason("Hello World!"))
            .expect(CLEAN),
        ConformanceCase.named("7.3.5", "a close frame with a reason of 123 bytes")
            .frame(withReason("*".repeat(123)))
            .expect(CLEAN),
        ConformanceCase.named("7.3.6", "a close frame with a reason of 124 bytes")
            .frame(withReason("*".repeat(124)))
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("7.5.1", "a close frame with a reason that is not UTF-8")
            .frame(withReason(notUtf8))
            .expect("close 1007|close 1002"));
  }

  private static ConformanceCase code(String id, int code, String outcome) {
    return ConformanceCase.named(id, "a close frame with code " + code)
        .frame(RawWebSocketFrame.close(code))
        .expect(outcome);
  }

  private static RawWebSocketFrame withReason(String reason) {
    return withReason(reason.getBytes(StandardCharsets.US_ASCII));
  }

  private static RawWebSocketFrame withReason(byte[] reason) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(CLOSE.payload());
    payload.writeBytes(reason);
    return RawWebSocketFrame.of(RawWebSocketFrame.CLOSE, payload.toByteArray());
  }
}
