package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/** Section 2: pings and pongs. */
final class ControlCases {

  private static final byte[] NOT_UTF8 = {0, -1, -2, -3, -4, -5, 0, -1};
  private static final byte[] NOTHING = {};
  private static final String PAYLOAD = "ping payload";

  private ControlCases() {}

  static Stream<ConformanceCase> cases() {
    return Stream.concat(pings(), pongs());
  }

  private static Stream<ConformanceCase> pings() {
    return Stream.of(
        ConformanceCase.named("2.1", "a ping without a payload").ping(NOTHING).expect("pong"),
        ConformanceCase.named("2.2", "a ping with text").ping(PAYLOAD).expect("pong"),
        ConformanceCase.named("2.3", "a ping with bytes that are not UTF-8")
            .ping(NOT_UTF8)
            .expect("pong"),
        ConformanceCase.named("2.4", "a ping of 125 bytes").ping(filled(125)).expect("pong"),
        ConformanceCase.named("2.5", "a ping of 126 bytes")
            .frame(RawWebSocketFrame.of(RawWebSocketFrame.PING, filled(126)))
            .expect("close 1002"),
        ConformanceCase.named("2.6", "a ping of 125 bytes, byte by byte")
            .byteByByte()
            .ping(filled(125))
            .expect("pong"),
        tenPings(ConformanceCase.named("2.10", "ten pings")),
        tenPings(ConformanceCase.named("2.11", "ten pings, byte by byte").byteByByte()));
  }

  private static Stream<ConformanceCase> pongs() {
    return Stream.of(
        ConformanceCase.named("2.7", "an unsolicited pong without a payload")
            .frame(pong(""))
            .expect(ConformanceContract.QUIET),
        ConformanceCase.named("2.8", "an unsolicited pong with a payload")
            .frame(pong("unsolicited"))
            .expect(ConformanceContract.QUIET),
        ConformanceCase.named("2.9", "an unsolicited pong, then a ping with another payload")
            .frame(pong("unsolicited"))
            .ping(PAYLOAD)
            .expect("pong"));
  }

  private static ConformanceCase tenPings(ConformanceCase.Builder builder) {
    for (int i = 0; i < 10; i++) {
      builder.ping("payload-" + i);
    }
    return builder.expect("10 x pong");
  }

  private static RawWebSocketFrame pong(String payload) {
    return RawWebSocketFrame.of(
        RawWebSocketFrame.PONG, payload.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] filled(int length) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) 0xFE);
    return payload;
  }
}
