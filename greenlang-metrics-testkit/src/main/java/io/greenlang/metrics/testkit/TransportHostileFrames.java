package io.greenlang.metrics.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Frames that break the WebSocket protocol. */
final class TransportHostileFrames {

  private static final String BROKEN = "close 1002";
  private static final String NOT_UTF8 = "close 1007";
  private static final String TOO_BIG = "close 1009";
  private static final RawWebSocketFrame HALF = RawWebSocketFrame.text("{\"type\":").unfinished();

  private TransportHostileFrames() {}

  static Stream<TransportHostileInput> inputs() {
    return Stream.of(lengths(), fragments(), headers(), text(), closes()).flatMap(part -> part);
  }

  private static Stream<TransportHostileInput> lengths() {
    RawWebSocketFrame text = RawWebSocketFrame.text("");
    return Stream.of(
        input("text that claims 2^63-1 bytes", TOO_BIG, text.claiming(Long.MAX_VALUE)),
        input("text that claims -1 bytes", BROKEN, text.claiming(-1)),
        input("text that claims -2^63 bytes", BROKEN, text.claiming(Long.MIN_VALUE)),
        input("a length that needs no eight bytes", BROKEN, text.claiming(5)),
        input(
            "an unknown opcode that claims 2^63-1 bytes",
            BROKEN,
            frame(3, "").claiming(Long.MAX_VALUE)),
        input("a ping that claims 2^63-1 bytes", BROKEN, frame(9, "").claiming(Long.MAX_VALUE)));
  }

  private static Stream<TransportHostileInput> fragments() {
    byte[] oneByte = frame(RawWebSocketFrame.CONTINUATION, "x").unfinished().masked();
    return Stream.of(
        input("131,000 fragments of a byte", TOO_BIG, HALF.masked(), times(131_000, oneByte)),
        input("a continuation of nothing", BROKEN, frame(0, "x").masked()),
        input("an empty continuation of nothing", BROKEN, frame(0, "").unfinished().masked()),
        input("text inside a message", BROKEN, HALF.masked(), frame(1, "x").masked()),
        input("binary inside a message", BROKEN, HALF.masked(), frame(2, "x").masked()),
        input("a ping in fragments", BROKEN, frame(9, "x").unfinished().masked()),
        input(
            "a close frame in fragments",
            BROKEN,
            RawWebSocketFrame.close(1000).unfinished().masked()));
  }

  private static Stream<TransportHostileInput> headers() {
    RawWebSocketFrame text = RawWebSocketFrame.text("{}");
    return Stream.concat(
        Stream.of(
            input("an unmasked frame", BROKEN, text.unmasked()),
            input("an unmasked ping", BROKEN, frame(9, "").unmasked()),
            input("a ping of 126 bytes", BROKEN, frame(9, "x".repeat(126)).masked()),
            input("RSV1, as deflate would set it", BROKEN, text.withRsv(4).masked()),
            input("RSV2", BROKEN, text.withRsv(2).masked()),
            input("RSV3", BROKEN, text.withRsv(1).masked()),
            input("RSV1 on a ping", BROKEN, frame(9, "").withRsv(4).masked())),
        Stream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
            .map(opcode -> input("opcode " + opcode, BROKEN, frame(opcode, "").masked())));
  }

  private static Stream<TransportHostileInput> text() {
    return Stream.of(
        input("an overlong slash", NOT_UTF8, text(0xC0, 0xAF)),
        input("half a surrogate pair", NOT_UTF8, text(0xED, 0xA0, 0x80)),
        input("a character cut off", NOT_UTF8, text('{', 0xE2, 0x9C)),
        input("beyond U+10FFFF", NOT_UTF8, text(0xF4, 0x90, 0x80, 0x80)),
        input("a byte that is never there", NOT_UTF8, text(0xFF)),
        input(
            "MessagePack in a text frame",
            NOT_UTF8,
            RawWebSocketFrame.of(1, TransportMessage.pack("{\"type\":\"pong\"}")).masked()));
  }

  private static Stream<TransportHostileInput> closes() {
    return Stream.concat(
        Stream.of(0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535)
            .map(
                code ->
                    input("close with " + code, BROKEN, RawWebSocketFrame.close(code).masked())),
        Stream.of(
            input("close of 126 bytes", BROKEN, frame(8, "\u0003è" + "x".repeat(124)).masked()),
            input(
                "close with a reason that is not UTF-8",
                NOT_UTF8,
                RawWebSocketFrame.of(8, new byte[] {3, (byte) 0xE8, (byte) 0xFF}).masked())));
  }

  private static byte[] text(int... bytes) {
    byte[] payload = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      payload[i] = (byte) bytes[i];
    }
    return RawWebSocketFrame.of(RawWebSocketFrame.TEXT, payload).masked();
  }

  private static RawWebSocketFrame frame(int opcode, String payload) {
    return RawWebSocketFrame.of(opcode, payload.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] times(int count, byte[] bytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream(count * bytes.length);
    for (int i = 0; i < count; i++) {
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  private static TransportHostileInput input(String what, String outcome, byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return new TransportHostileInput(what, outcome, all.toByteArray());
  }
}
