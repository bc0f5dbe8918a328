package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The thirty inputs that break servers like this one, tried one after the other on one server,
 * while a {@link TransportWitness} misses nothing. A test's name begins with the input's number.
 */
interface TransportHostileContract extends TransportContractPart {

  /** What the inputs are; the first has the number 1. */
  List<String> THIRTY =
      List.of(
          "opcodes and lengths that cannot be",
          "one-byte continuations for ever",
          "empty continuations for ever",
          "pings between fragments, and a flood of them",
          "control frames that are too long or in fragments",
          "frames without a mask, and with reserved bits",
          "text that is not UTF-8, or is split inside characters",
          "close frames that say nonsense",
          "closed and never ended, by one that never reads",
          "deflate",
          "2,000 requests before the upgrade",
          "another version, and no upgrade",
          "two origins, two tokens, a huge token, NUL in it",
          "other spellings of the path",
          "tokens that are not signed, or by something else",
          "tokens with claims that cannot be",
          "tokens that say which key to take",
          "nested deep",
          "numbers that are none, or too long",
          "the same key twice",
          "keys with colliding hashes",
          "a type that is none, and more than one document",
          "MessagePack lengths that lie",
          "MessagePack that is nested, torn, or JSON",
          "names of channels",
          "too many channels, and changing one's mind at 1 kHz",
          "history of all time, of none, of what is forbidden",
          "tags, too many, too long, and regular expressions",
          "a one-byte window, never read, and all of history asked for",
          "pongs that nobody asked for, and leaving while entering");

  @TestFactory
  default Stream<DynamicNode> hostileInputs_whileAnotherListens_hurtNobodyElse() {
    rig().serveWithTokens();
    RawWebSocket good = rig().raw(rig().url("token=" + TransportTokens.good()));
    TransportWitness witness = rig().keep(new TransportWitness(rig(), good));
    List<TransportHostileInput> inputs =
        Stream.of(
                TransportHostileFrames.inputs(),
                TransportHostileRequests.inputs(),
                TransportHostileTokens.inputs(),
                TransportHostileMessages.inputs(),
                TransportHostileHabits.inputs())
            .flatMap(part -> part)
            .toList();
    List<DynamicNode> all = new ArrayList<>();
    for (int number = 1; number <= THIRTY.size(); number++) {
      int wanted = number;
      List<DynamicTest> tests =
          inputs.stream()
              .filter(input -> input.number() == wanted)
              .map(input -> DynamicTest.dynamicTest(name(input), () -> attempt(input, witness)))
              .toList();
      assertThat(tests).as("input %d", number).isNotEmpty();
      all.add(DynamicContainer.dynamicContainer(title(number), tests));
    }
    all.add(DynamicTest.dynamicTest("and nothing is left of them", () -> awaitOnly(witness)));
    return all.stream();
  }

  private void attempt(TransportHostileInput input, TransportWitness witness) throws Exception {
    String expected = rig().expected(input.what(), input.outcome());
    boolean waits = expected.equals(TransportOutcome.WAITS);
    String outcome = input.attempt().on(new TransportHostileTarget(rig(), witness, waits));
    assertThat(outcome).as(name(input)).matches(TransportOutcome.pattern(expected));
    witness.awaitMore(2);
  }

  private void awaitOnly(TransportWitness witness) {
    TransportResources.await(() -> rig().server().stats().connectedClients() == 1);
    TransportResources.await(() -> rig().server().stats().totalSubscriptions() == 1);
    witness.awaitMore(2);
  }

  private static String title(int number) {
    return String.format(Locale.ROOT, "%02d %s", number, THIRTY.get(number - 1));
  }

  private static String name(TransportHostileInput input) {
    return String.format(Locale.ROOT, "%02d %s", input.number(), input.what());
  }
}
