package io.greenlang.metrics.testkit.transport.conformance;

import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Section 5: fragmented messages, and control frames between fragments. */
final class FragmentationCases {

  private static final String PROTOCOL_ERROR = "close 1002";
  private static final RawWebSocketFrame LAST = frame(RawWebSocketFrame.CONTINUATION);
  private static final RawWebSocketFrame CONTINUATION = LAST.withoutFin();
  private static final RawWebSocketFrame TEXT = frame(RawWebSocketFrame.TEXT);

  /** The three ways to send the same frames, as in the published list. */
  private static final List<Chopping> CHOPPINGS =
      List.of(
          new Chopping("", UnaryOperator.identity()),
          new Chopping(", frame by frame", ConformanceCase.Builder::frameByFrame),
          new Chopping(", byte by byte", ConformanceCase.Builder::byteByByte));

  private record Chopping(String suffix, UnaryOperator<ConformanceCase.Builder> apply) {}

  private FragmentationCases() {}

  static Stream<ConformanceCase> cases() {
    List<RawWebSocketFrame> halves = ConformanceCase.echoFragments(2);
    return Stream.of(
            controlFragments(),
            choppings(3, "two fragments", builder -> builder.frames(halves).expect("echo")),
            choppings(
                6,
                "two fragments, with a ping between them",
                builder ->
                    builder
                        .frame(halves.get(0))
                        .ping("ping payload")
                        .frame(halves.get(1))
                        .expect("pong, echo")),
            choppings(
                9,
                "a last fragment without a message, then text",
                builder -> builder.frame(LAST, TEXT).expect(PROTOCOL_ERROR)),
            choppings(
                12,
                "a continuation without a message, then text",
                builder -> builder.frame(CONTINUATION, TEXT).expect(PROTOCOL_ERROR)),
            misplaced(halves),
            withPings())
        .flatMap(part -> part);
  }

  private static Stream<ConformanceCase> controlFragments() {
    return Stream.of(
        ConformanceCase.named("5.1", "a ping in two fragments")
            .frame(frame(RawWebSocketFrame.PING).withoutFin(), LAST)
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("5.2", "a pong in two fragments")
            .frame(frame(RawWebSocketFrame.PONG).withoutFin(), LAST)
            .expect(PROTOCOL_ERROR));
  }

  private static Stream<ConformanceCase> misplaced(List<RawWebSocketFrame> halves) {
    RawWebSocketFrame first = TEXT.withoutFin();
    return Stream.of(
        ConformanceCase.named("5.15", "two fragments, a continuation without a message, text")
            .frames(halves)
            .frame(CONTINUATION, TEXT)
            .expect("echo, close 1002"),
        ConformanceCase.named("5.16", "twice: a continuation without a message, two fragments")
            .frame(CONTINUATION, first, LAST, CONTINUATION, first, LAST)
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("5.17", "twice: a last fragment without a message, two fragments")
            .frame(LAST, first, LAST, LAST, first, LAST)
            .expect(PROTOCOL_ERROR),
        ConformanceCase.named("5.18", "two fragments that both have the opcode of text")
            .frame(first, TEXT)
            .expect(PROTOCOL_ERROR));
  }

  private static Stream<ConformanceCase> withPings() {
    return Stream.of(
        fiveFragments(ConformanceCase.named("5.19", "five fragments, with pings between them")),
        fiveFragments(
            ConformanceCase.named("5.20", "five fragments, with pings, frame by frame")
                .frameByFrame()));
  }

  /** The first ping must be answered before the message is complete. */
  private static ConformanceCase fiveFragments(ConformanceCase.Builder builder) {
    List<RawWebSocketFrame> fragments = ConformanceCase.echoFragments(5);
    return builder
        .frame(fragments.get(0), fragments.get(1))
        .ping("first ping")
        .await(1)
        .frame(fragments.get(2), fragments.get(3))
        .ping("second ping")
        .frame(fragments.get(4))
        .expect("2 x pong, echo");
  }

  private static Stream<ConformanceCase> choppings(
      int firstNumber, String description, CaseEnd content) {
    List<ConformanceCase> cases = new ArrayList<>();
    for (Chopping chopping : CHOPPINGS) {
      String id = "5." + (firstNumber + cases.size());
      ConformanceCase.Builder builder = ConformanceCase.named(id, description + chopping.suffix());
      cases.add(content.build(chopping.apply().apply(builder)));
    }
    return cases.stream();
  }

  /** A step that adds the frames and the outcome of a case. */
  @FunctionalInterface
  private interface CaseEnd {
    ConformanceCase build(ConformanceCase.Builder builder);
  }

  private static RawWebSocketFrame frame(int opcode) {
    return RawWebSocketFrame.of(opcode, "fragment".getBytes(StandardCharsets.US_ASCII));
  }
}
