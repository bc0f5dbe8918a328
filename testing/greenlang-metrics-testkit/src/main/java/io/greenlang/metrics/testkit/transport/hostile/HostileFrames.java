package io.greenlang.metrics.testkit.transport.hostile;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Hostile inputs 1 to 8: frames that violate the WebSocket protocol. */
final class HostileFrames {

  private static final String PROTOCOL_ERROR = "close 1002";
  private static final String INVALID_UTF8 = "close 1007";
  private static final String TOO_BIG = "close 1009";

  /**
   * The message exceeds its size limit or its time limit, depending on the speed of the machine.
   */
  private static final String TOO_BIG_OR_TIMEOUT = "close 1009|close 1002";

  private static final RawWebSocketFrame FIRST_FRAGMENT =
      RawWebSocketFrame.text("{\"type\":").withoutFin();

  private static final List<HostileInput> TEXT =
      List.of(
          input(7, "an overlong slash", INVALID_UTF8, text(0xC0, 0xAF)),
          input(7, "half a surrogate pair", INVALID_UTF8, text(0xED, 0xA0, 0x80)),
          input(7, "a truncated character", INVALID_UTF8, text('{', 0xE2, 0x9C)),
          input(7, "a code point beyond U+10FFFF", INVALID_UTF8, text(0xF4, 0x90, 0x80, 0x80)),
          input(7, "a byte that is invalid in UTF-8", INVALID_UTF8, text(0xFF)),
          input(
              7,
              "characters split across fragments",
              "UNKNOWN_TYPE",
              frame(1, "{\"type\":\"\u00e2\u009c").withoutFin().masked(),
              frame(0, "\u0093\"}").masked()),
          input(
              7,
              "MessagePack in a text frame",
              INVALID_UTF8,
              RawWebSocketFrame.of(1, ReceivedMessage.pack("{\"type\":\"pong\"}")).masked()));

  private HostileFrames() {}

  static Stream<HostileInput> inputs() {
    return Stream.of(lengths(), fragments(), headers(), TEXT.stream(), closes())
        .flatMap(part -> part);
  }

  private static Stream<HostileInput> lengths() {
    RawWebSocketFrame text = RawWebSocketFrame.text("");
    return Stream.of(
        input(1, "text that claims 2^63-1 bytes", TOO_BIG, text.headerWithLength(Long.MAX_VALUE)),
        input(1, "text that claims -1 bytes", PROTOCOL_ERROR, text.headerWithLength(-1)),
        input(
            1,
            "text that claims -2^63 bytes",
            PROTOCOL_ERROR,
            text.headerWithLength(Long.MIN_VALUE)),
        input(1, "a length in a non-minimal encoding", PROTOCOL_ERROR, text.headerWithLength(5)),
        input(
            1,
            "an unknown opcode that claims 2^63-1 bytes",
            PROTOCOL_ERROR,
            frame(3, "").headerWithLength(Long.MAX_VALUE)),
        input(
            1,
            "a ping that claims 2^63-1 bytes",
            PROTOCOL_ERROR,
            frame(9, "").headerWithLength(Long.MAX_VALUE)));
  }

  private static Stream<HostileInput> fragments() {
    byte[] oneByte = frame(RawWebSocketFrame.CONTINUATION, "x").withoutFin().masked();
    return Stream.of(
        input(
            2,
            "131,000 fragments of one byte",
            TOO_BIG_OR_TIMEOUT,
            FIRST_FRAGMENT.masked(),
            HostileClients.repeat(131_000, oneByte)),
        input(2, "a continuation without a message", PROTOCOL_ERROR, frame(0, "x").masked()),
        input(
            2,
            "an empty continuation without a message",
            PROTOCOL_ERROR,
            frame(0, "").withoutFin().masked()),
        input(
            2,
            "a text frame inside a message",
            PROTOCOL_ERROR,
            FIRST_FRAGMENT.masked(),
            frame(1, "x").masked()),
        input(
            2,
            "a binary frame inside a message",
            PROTOCOL_ERROR,
            FIRST_FRAGMENT.masked(),
            frame(2, "x").masked()),
        input(5, "a fragmented ping", PROTOCOL_ERROR, frame(9, "x").withoutFin().masked()),
        input(
            5,
            "a fragmented close frame",
            PROTOCOL_ERROR,
            RawWebSocketFrame.close(1000).withoutFin().masked()));
  }

  private static Stream<HostileInput> headers() {
    RawWebSocketFrame text = RawWebSocketFrame.text("{}");
    return Stream.concat(
        Stream.of(
            input(6, "an unmasked frame", PROTOCOL_ERROR, text.unmasked()),
            input(6, "an unmasked ping", PROTOCOL_ERROR, frame(9, "").unmasked()),
            input(5, "a ping of 126 bytes", PROTOCOL_ERROR, frame(9, "x".repeat(126)).masked()),
            input(6, "RSV1, as for a compressed message", PROTOCOL_ERROR, text.withRsv(4).masked()),
            input(6, "RSV2", PROTOCOL_ERROR, text.withRsv(2).masked()),
            input(6, "RSV3", PROTOCOL_ERROR, text.withRsv(1).masked()),
            input(6, "RSV1 on a ping", PROTOCOL_ERROR, frame(9, "").withRsv(4).masked())),
        Stream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
            .map(
                opcode ->
                    input(1, "opcode " + opcode, PROTOCOL_ERROR, frame(opcode, "").masked())));
  }

  private static Stream<HostileInput> closes() {
    return Stream.concat(
        Stream.of(0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535)
            .map(
                code ->
                    input(
                        8,
                        "close with " + code,
                        PROTOCOL_ERROR,
                        RawWebSocketFrame.close(code).masked())),
        Stream.of(
            input(8, "a close frame of one byte", PROTOCOL_ERROR, frame(8, "\u0003").masked()),
            input(
                8,
                "a close frame of 126 bytes",
                PROTOCOL_ERROR,
                frame(8, "\u0003è" + "x".repeat(124)).masked()),
            input(
                8,
                "close with a reason that is not UTF-8",
                INVALID_UTF8,
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

  private static HostileInput input(int number, String name, String outcome, byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return HostileInput.ofBytes(number, name, outcome, bytes.toByteArray());
  }
}
