package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sections 9 and 10: long messages, many fragments, many chops and many messages. The published
 * list sends up to 16 MiB. This server accepts 64 KiB, so the cases send a message of 64 KiB in the
 * published way, and then the beginning of one of the published length, which must be rejected.
 */
final class LimitCases {

  private static final int MAX_BYTES = 65_536;
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /**
   * How much is sent of a message that is too long. Containers notice the excess only when one of
   * their receive buffers is full.
   */
  private static final int SENT_OF_EXCESS = MAX_BYTES + 16 * KIB;

  private static final List<Integer> LENGTHS =
      List.of(MAX_BYTES, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB);
  private static final List<Integer> FRAGMENT_SIZES =
      List.of(64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB);
  private static final List<Integer> CHOP_SIZES = List.of(64, 128, 256, 512, 1024, 2048);
  private static final List<Integer> ROUND_TRIP_LENGTHS = List.of(64, 256, 1024, 4096);

  private static final String TOO_BIG = "close 1009";
  private static final String THEN_TOO_BIG = "echo, close 1009";

  private LimitCases() {}

  static Stream<ConformanceCase> cases() {
    int text = RawWebSocketFrame.TEXT;
    int binary = RawWebSocketFrame.BINARY;
    return Stream.of(
            lengths("9.1.", text),
            lengths("9.2.", binary),
            fragments("9.3.", text),
            fragments("9.4.", binary),
            chops("9.5.", text),
            chops("9.6.", binary),
            roundTrips("9.7.", text),
            roundTrips("9.8.", binary),
            Stream.of(
                ConformanceCase.named("10.1.1", "64 KiB of text in fragments of 1300 bytes")
                    .frames(
                        ConformanceCase.fragments(
                            text, EchoCommand.ofLength(text, MAX_BYTES), 1300))
                    .expect("echo")))
        .flatMap(part -> part);
  }

  private static Stream<ConformanceCase> lengths(String prefix, int opcode) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (int length : LENGTHS) {
      String id = prefix + (cases.size() + 1);
      ConformanceCase.Builder builder =
          ConformanceCase.named(id, "a " + kind(opcode) + " message of " + length + " bytes");
      cases.add(
          length <= MAX_BYTES
              ? builder.frame(EchoCommand.frame(opcode, length)).expect("echo")
              : builder.bytes(beginning(opcode, length)).expect(TOO_BIG));
    }
    return cases.stream();
  }

  private static Stream<ConformanceCase> fragments(String prefix, int opcode) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (int size : FRAGMENT_SIZES) {
      String id = prefix + (cases.size() + 1);
      byte[] accepted = EchoCommand.ofLength(opcode, MAX_BYTES);
      cases.add(
          ConformanceCase.named(id, kind(opcode) + " messages in fragments of " + size + " bytes")
              .frames(ConformanceCase.fragments(opcode, accepted, size))
              .await(1)
              .bytes(beginningInFragments(opcode, size))
              .expect(THEN_TOO_BIG));
    }
    return cases.stream();
  }

  private static Stream<ConformanceCase> chops(String prefix, int opcode) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (int size : CHOP_SIZES) {
      String id = prefix + (cases.size() + 1);
      cases.add(
          ConformanceCase.named(id, kind(opcode) + " messages in chops of " + size + " bytes")
              .inChopsOf(size)
              .frame(EchoCommand.frame(opcode, MAX_BYTES))
              .await(1)
              .bytes(beginning(opcode, MIB))
              .expect(THEN_TOO_BIG));
    }
    return cases.stream();
  }

  /** A thousand messages, each sent after the answer to the previous one. */
  private static Stream<ConformanceCase> roundTrips(String prefix, int opcode) {
    List<ConformanceCase> cases = new ArrayList<>();
    cases.add(
        ConformanceCase.named(prefix + 1, "empty " + kind(opcode) + " messages, of which ten close")
            .frames(repeat(10, RawWebSocketFrame.of(opcode, new byte[0])))
            .expect("10 x MALFORMED, close 4400"));
    // No command with an id fits into 16 bytes.
    byte[] short16 =
        opcode == RawWebSocketFrame.TEXT
            ? "{\"type\":\"?????\"}".getBytes(StandardCharsets.US_ASCII)
            : ReceivedMessage.pack("{\"type\":\"?????????\"}");
    cases.add(
        roundTrips(prefix + 2, kind(opcode), RawWebSocketFrame.of(opcode, short16))
            .expect("1000 x UNKNOWN_TYPE"));
    for (int length : ROUND_TRIP_LENGTHS) {
      String id = prefix + (cases.size() + 1);
      cases.add(
          roundTrips(id, kind(opcode), EchoCommand.frame(opcode, length)).expect("1000 x echo"));
    }
    return cases.stream();
  }

  private static ConformanceCase.Builder roundTrips(
      String id, String kind, RawWebSocketFrame frame) {
    ConformanceCase.Builder builder =
        ConformanceCase.named(
            id, "1000 " + kind + " messages of " + frame.payload().length + " bytes");
    for (int i = 0; i < 1000; i++) {
      builder.frame(frame).await(1);
    }
    return builder;
  }

  /** Returns the header of a message that is too long, and a part of its payload. */
  private static byte[] beginning(int opcode, int length) {
    return Arrays.copyOf(filled(opcode, SENT_OF_EXCESS).masked(length), SENT_OF_EXCESS);
  }

  /** Returns the first fragments of a message of 4 MiB. */
  private static byte[] beginningInFragments(int opcode, int size) {
    int sent = Math.min(size, SENT_OF_EXCESS);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(filled(opcode, sent).withoutFin().masked(size));
    byte[] continuation = filled(RawWebSocketFrame.CONTINUATION, sent).withoutFin().masked(size);
    while (bytes.size() < SENT_OF_EXCESS) {
      bytes.writeBytes(continuation);
    }
    byte[] fragments = bytes.toByteArray();
    return size <= MAX_BYTES ? fragments : Arrays.copyOf(fragments, SENT_OF_EXCESS);
  }

  private static RawWebSocketFrame filled(int opcode, int length) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) '*');
    return RawWebSocketFrame.of(opcode, payload);
  }

  private static List<RawWebSocketFrame> repeat(int count, RawWebSocketFrame frame) {
    return Collections.nCopies(count, frame);
  }

  private static String kind(int opcode) {
    return opcode == RawWebSocketFrame.TEXT ? "text" : "binary";
  }
}
