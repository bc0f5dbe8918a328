package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The inputs that break servers like this one. While each is tried, a client that behaves well is
 * connected and misses nothing.
 */
interface TransportHostileContract extends TransportContractPart {

  /** Those of frames and those of messages. */
  static Stream<TransportHostileInput> inputs() {
    return Stream.concat(TransportHostileFrames.inputs(), TransportHostileMessages.inputs());
  }

  @ParameterizedTest
  @MethodSource("io.greenlang.metrics.testkit.TransportHostileContract#inputs")
  default void hostileInput_whileAnotherListens_hurtsNobodyElse(TransportHostileInput input) {
    rig().serve();
    RawWebSocket good = rig().subscribed();
    rig().publish("n", 1);
    RawWebSocket hostile = rig().raw();
    hostile.send(input.bytes());
    rig().publish("n", 2);
    if (input.closes()) {
      RawWebSocketFrame close = Objects.requireNonNull(hostile.frame());
      assertThat(close.opcode()).isEqualTo(RawWebSocketFrame.CLOSE);
      assertThat("close " + close.closeCode()).isEqualTo(input.outcome());
      hostile.send(RawWebSocketFrame.close(1000));
      assertThat(hostile.frame()).as("nothing behind the close frame").isNull();
    } else {
      TransportMessage answer = hostile.message();
      assertThat(answer.type().equals("error") ? answer.text("code") : answer.type())
          .isEqualTo(input.outcome());
      assertThat(answer.body().toString()).as("nothing of it comes back").hasSizeLessThan(300);
      hostile.send("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}");
      assertThat(hostile.message("unsubscribed").type()).isEqualTo("unsubscribed");
    }
    rig().publish("n", 3);
    for (int i = 1; i <= 3; i++) {
      assertThat(good.message().values("n")).containsExactly((double) i);
    }
  }
}
