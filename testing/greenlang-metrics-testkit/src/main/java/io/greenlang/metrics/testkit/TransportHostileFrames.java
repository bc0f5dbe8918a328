package io.greenlang.metrics.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Frames that break the WebSocket protocol: inputs 1 to 8. */
final class TransportHostileFrames {

  private static final String BROKEN = "close 1002";
  private static final String NOT_UTF8 = "close 1007";
  private static final String TOO_BIG = "close 1009";

  /** By its bytes or by its time, whichever this machine comes to first. */
  private static final String TOO_BIG_OR_TOO_LATE = "close 1009|close 1002";

  private static final RawWebSocketFrame HALF = RawWebSocketFrame.text("{\"type\":").unfinished();

  private TransportHostileFrames() {}

  static Stream<TransportHostileInput> inputs() {
    return Stream.of(lengths(), fragments(), headers(), text(), closes()).flatMap(part -> part);
  }

  private static Stream<TransportHostileInput> lengths() {
    RawWebSocketFrame text = RawWebSocketFrame.text("");
    return Stream.of(
        input(1, "text that claims 2^63-1 bytes", TOO_BIG, text.claiming(Long.MAX_VALUE)),
        input(1, "text that claims -1 bytes", BROKEN, text.claiming(-1)),
        input(1, "text that claims -2^63 bytes", BROKEN, text.claiming(Long.MIN_VALUE)),
        input(1, "a length that needs no eight bytes", BROKEN, text.claiming(5)),
        input(
            1,
            "an unknown opcode that claims 2^63-1 bytes",
            BROKEN,
            frame(3, "").claiming(Long.MAX_VALUE)),
        input(1, "a ping that claims 2^63-1 bytes", BROKEN, frame(9, "").claiming(Long.MAX_VALUE)));
  }

  private static Stream<TransportHostileInput> fragments() {
    byte[] oneByte = frame(RawWebSocketFrame.CONTINUATION, "x").unfinished().masked();
    return Stream.of(
        input(
            2,
            "131,000 fragments of a byte",
            TOO_BIG_OR_TOO_LATE,
            HALF.masked(),
            TransportHostileHabits.times(131_000, oneByte)),
        input(2, "a continuation of nothing", BROKEN, frame(0, "x").masked()),
        input(2, "an empty continuation of nothing", BROKEN, frame(0, "").unfinished().masked()),
        input(2, "text inside a message", BROKEN, HALF.masked(), frame(1, "x").masked()),
        input(2, "binary inside a message", BROKEN, HALF.masked(), frame(2, "x").masked()),
        input(5, "a ping in fragments", BROKEN, frame(9, "x").unfinished().masked()),
        input(
            5,
            "a close frame in fragments",
            BROKEN,
            RawWebSocketFrame.close(1000).unfinished().masked()));
  }

  private static Stream<TransportHostileInput> headers() {
    RawWebSocketFrame text = RawWebSocketFrame.text("{}");
    return Stream.concat(
        Stream.of(
            input(6, "an unmasked frame", BROKEN, text.unmasked()),
            input(6, "an unmasked ping", BROKEN, frame(9, "").unmasked()),
            input(5, "a ping of 126 bytes", BROKEN, frame(9, "x".repeat(126)).masked()),
            input(6, "RSV1, as deflate would set it", BROKEN, text.withRsv(4).masked()),
            input(6, "RSV2", BROKEN, text.withRsv(2).masked()),
            input(6, "RSV3", BROKEN, text.withRsv(1).masked()),
            input(6, "RSV1 on a ping", BROKEN, frame(9, "").withRsv(4).masked())),
        Stream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
            .map(opcode -> input(1, "opcode " + opcode, BROKEN, frame(opcode, "").masked())));
  }

  private static Stream<TransportHostileInput> text() {
    return Stream.of(
        input(7, "an overlong slash", NOT_UTF8, text(0xC0, 0xAF)),
        input(7, "half a surrogate pair", NOT_UTF8, text(0xED, 0xA0, 0x80)),
        input(7, "a character cut off", NOT_UTF8, text('{', 0xE2, 0x9C)),
        input(7, "beyond U+10FFFF", NOT_UTF8, text(0xF4, 0x90, 0x80, 0x80)),
        input(7, "a byte that is never there", NOT_UTF8, text(0xFF)),
        input(
            7,
            "characters split across fragments",
            "UNKNOWN_TYPE",
            frame(1, "{\"type\":\"\u00e2\u009c").unfinished().masked(),
            frame(0, "\u0093\"}").masked()),
        input(
            7,
            "MessagePack in a text frame",
            NOT_UTF8,
            RawWebSocketFrame.of(1, TransportMessage.pack("{\"type\":\"pong\"}")).masked()));
  }

  private static Stream<TransportHostileInput> closes() {
    return Stream.concat(
        Stream.of(0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535)
            .map(
                code ->
                    input(8, "close with " + code, BROKEN, RawWebSocketFrame.close(code).masked())),
        Stream.of(
            input(8, "close of one byte", BROKEN, frame(8, "\u0003").masked()),
            input(8, "close of 126 bytes", BROKEN, frame(8, "\u0003è" + "x".repeat(124)).masked()),
            input(
                8,
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

  private static TransportHostileInput input(
      int number, String what, String outcome, byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return TransportHostileInput.bytes(number, what, outcome, all.toByteArray());
  }
}
