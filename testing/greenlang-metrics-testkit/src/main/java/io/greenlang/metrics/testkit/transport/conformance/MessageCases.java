package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Section 1: unfragmented messages at the boundaries of the three length encodings. */
final class MessageCases {

  private static final List<Integer> LENGTHS = List.of(125, 126, 127, 128, 65_535, 65_536);
  private static final int CHOP_BYTES = 997;

  private MessageCases() {}

  static Stream<ConformanceCase> cases() {
    return Stream.concat(
        cases("1.1.", "text", RawWebSocketFrame.TEXT),
        cases("1.2.", "binary", RawWebSocketFrame.BINARY));
  }

  private static Stream<ConformanceCase> cases(String prefix, String kind, int opcode) {
    List<ConformanceCase> cases = new ArrayList<>();
    cases.add(
        ConformanceCase.named(prefix + 1, "an empty " + kind + " message")
            .frame(RawWebSocketFrame.of(opcode, new byte[0]))
            .expect("MALFORMED"));
    for (int length : LENGTHS) {
      String id = prefix + (cases.size() + 1);
      cases.add(
          ConformanceCase.named(id, "a " + kind + " message of " + length + " bytes")
              .frame(EchoCommand.frame(opcode, length))
              .expect("echo"));
    }
    cases.add(
        ConformanceCase.named(prefix + 8, "a " + kind + " message of 65536 bytes in 997-byte chops")
            .inChopsOf(CHOP_BYTES)
            .frame(EchoCommand.frame(opcode, 65_536))
            .expect("echo"));
    return cases.stream();
  }
}
