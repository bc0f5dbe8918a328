package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sections 6.1 to 6.4: text in fragments, and how early invalid UTF-8 is detected. {@link
 * Utf8Sequences} has the other sections.
 */
final class Utf8Cases {

  private static final String INVALID = "close 1007";
  private static final String UMLAUTS = "Hello-µ@ßöäüàá-UTF-8!!";
  private static final String GREEK = "κόσμε";
  private static final byte[] VALID_PART = HexFormat.of().parseHex("cebae1bdb9cf83cebcceb5");
  private static final byte[] SURROGATE = HexFormat.of().parseHex("eda080");
  private static final byte[] BEYOND_UNICODE = HexFormat.of().parseHex("f4908080");
  private static final byte[] LAST_PART = "edited".getBytes(StandardCharsets.US_ASCII);

  private Utf8Cases() {}

  static Stream<ConformanceCase> cases() {
    return Stream.of(empty(), valid(), invalid(), early(), Utf8Sequences.cases())
        .flatMap(part -> part);
  }

  private static Stream<ConformanceCase> empty() {
    RawWebSocketFrame text = RawWebSocketFrame.text("");
    RawWebSocketFrame last = continuation(new byte[0]);
    return Stream.of(
        ConformanceCase.named("6.1.1", "empty text").frame(text).expect("MALFORMED"),
        ConformanceCase.named("6.1.2", "three empty fragments")
            .frame(text.withoutFin(), last.withoutFin(), last)
            .expect("MALFORMED"),
        ConformanceCase.named("6.1.3", "a fragment between two empty ones")
            .frame(
                text.withoutFin(),
                continuation(EchoCommand.json(ConformanceCase.GREETING)).withoutFin(),
                last)
            .expect("echo"));
  }

  private static Stream<ConformanceCase> valid() {
    byte[] command = EchoCommand.json(UMLAUTS);
    int boundary = new String(command, StandardCharsets.UTF_8).indexOf("üàá");
    int bytesBefore =
        new String(command, StandardCharsets.UTF_8)
            .substring(0, boundary)
            .getBytes(StandardCharsets.UTF_8)
            .length;
    return Stream.of(
        ConformanceCase.named("6.2.1", "valid text in one frame")
            .echoOf(UMLAUTS)
            .echo()
            .expect("echo"),
        ConformanceCase.named("6.2.2", "valid text, split between two characters")
            .echoOf(UMLAUTS)
            .frame(
                RawWebSocketFrame.of(RawWebSocketFrame.TEXT, Arrays.copyOf(command, bytesBefore))
                    .withoutFin(),
                continuation(Arrays.copyOfRange(command, bytesBefore, command.length)))
            .expect("echo"),
        oneByteFragments("6.2.3", UMLAUTS),
        oneByteFragments("6.2.4", GREEK));
  }

  private static ConformanceCase oneByteFragments(String id, String text) {
    return ConformanceCase.named(id, "valid text in fragments of one byte: " + text)
        .echoOf(text)
        .frames(ConformanceCase.fragments(RawWebSocketFrame.TEXT, EchoCommand.json(text), 1))
        .expect("echo");
  }

  private static Stream<ConformanceCase> invalid() {
    byte[] message = join(VALID_PART, SURROGATE, LAST_PART);
    return Stream.of(
        ConformanceCase.named("6.3.1", "a surrogate within valid text")
            .frame(RawWebSocketFrame.of(RawWebSocketFrame.TEXT, message))
            .expect(INVALID),
        ConformanceCase.named("6.3.2", "a surrogate within valid text, in fragments of one byte")
            .frames(ConformanceCase.fragments(RawWebSocketFrame.TEXT, message, 1))
            .expect(INVALID));
  }

  /** The connection must fail as soon as the received part cannot become valid any more. */
  private static Stream<ConformanceCase> early() {
    byte[] message = join(VALID_PART, BEYOND_UNICODE, LAST_PART);
    int beforeInvalid = VALID_PART.length + 1;
    return Stream.of(
        earlyInFragments(
            "6.4.1",
            "invalid in the second of three fragments",
            message,
            List.of(VALID_PART.length, VALID_PART.length + BEYOND_UNICODE.length)),
        earlyInFragments(
            "6.4.2",
            "invalid at the last byte of the second of three fragments",
            message,
            List.of(beforeInvalid, beforeInvalid + 1)),
        earlyInChops(
            "6.4.3",
            "invalid in the second of three chops of a frame",
            message,
            List.of(VALID_PART.length, VALID_PART.length + BEYOND_UNICODE.length)),
        earlyInChops(
            "6.4.4",
            "invalid at the last byte of the second of three chops of a frame",
            message,
            List.of(beforeInvalid, beforeInvalid + 1)));
  }

  private static ConformanceCase earlyInFragments(
      String id, String description, byte[] message, List<Integer> ends) {
    int first = ends.get(0);
    int second = ends.get(1);
    return ConformanceCase.named(id, description)
        .frame(
            RawWebSocketFrame.of(RawWebSocketFrame.TEXT, Arrays.copyOf(message, first))
                .withoutFin())
        .ping("1")
        .await(1)
        .frame(continuation(Arrays.copyOfRange(message, first, second)).withoutFin())
        .restPing("2")
        .rest(continuation(Arrays.copyOfRange(message, second, message.length)).masked())
        .expect("pong, " + INVALID);
  }

  private static ConformanceCase earlyInChops(
      String id, String description, byte[] message, List<Integer> ends) {
    byte[] frame = RawWebSocketFrame.of(RawWebSocketFrame.TEXT, message).masked();
    int header = frame.length - message.length;
    int first = header + ends.get(0);
    int second = header + ends.get(1);
    return ConformanceCase.named(id, description)
        .frameByFrame()
        .bytes(Arrays.copyOf(frame, first))
        .bytes(Arrays.copyOfRange(frame, first, second))
        .rest(Arrays.copyOfRange(frame, second, frame.length))
        .expect(INVALID);
  }

  private static RawWebSocketFrame continuation(byte[] payload) {
    return RawWebSocketFrame.of(RawWebSocketFrame.CONTINUATION, payload);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
