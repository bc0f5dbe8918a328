package io.greenlang.metrics.testkit.transport.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractPart;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ControlClient;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Thirty kinds of hostile input that break servers like this one. The tests send them one after the
 * other to the same server while a {@link ControlClient} checks that it misses no metric. The name
 * of a test begins with the number of its input.
 */
public interface HostileContract extends ContractPart {

  /** The kinds of input; the first has number 1. */
  List<String> INPUT_KINDS =
      List.of(
          "invalid opcodes and lengths",
          "endless one-byte continuations",
          "endless empty continuations",
          "pings between fragments, and a flood of pings",
          "control frames that are too long or fragmented",
          "unmasked frames, and frames with reserved bits",
          "text that is not UTF-8, or is split inside characters",
          "invalid close frames",
          "a closing handshake from a client that never reads",
          "compression extensions",
          "2,000 requests before the upgrade",
          "unsupported WebSocket versions, and no upgrade",
          "two origins, two tokens, a huge token, a NUL in a token",
          "equivalent spellings of the path",
          "tokens without a signature or with a wrong one",
          "tokens with invalid claims",
          "tokens that name their own key",
          "deeply nested JSON",
          "invalid or overlong numbers",
          "duplicate keys",
          "keys with colliding hashes",
          "invalid message types, and several documents",
          "MessagePack lengths that exceed the data",
          "MessagePack that is deeply nested, truncated, or JSON",
          "invalid channel names",
          "too many channels, and rapid resubscription",
          "history without bounds, of invalid ranges, of unknown channels",
          "too many tags, overlong tags, and regular expressions",
          "a one-byte receive window, and requests for all history",
          "unsolicited pongs, and disconnects during the handshake");

  @TestFactory
  default Stream<DynamicNode> hostileInput_anyKind_doesNotAffectOtherClients() {
    fixture().serveWithTokens();
    RawWebSocket bystander = fixture().connectRaw(fixture().url("token=" + ContractTokens.valid()));
    ControlClient controlClient = fixture().closeAfterTest(new ControlClient(fixture(), bystander));
    List<HostileInput> inputs =
        Stream.of(
                HostileFrames.inputs(),
                HostileRequests.inputs(),
                HostileTokens.inputs(),
                HostileCommands.inputs(),
                HostileClients.inputs())
            .flatMap(part -> part)
            .toList();
    List<DynamicNode> nodes = new ArrayList<>();
    for (int number = 1; number <= INPUT_KINDS.size(); number++) {
      int current = number;
      List<DynamicTest> tests =
          inputs.stream()
              .filter(input -> input.number() == current)
              .map(
                  input ->
                      DynamicTest.dynamicTest(name(input), () -> attempt(input, controlClient)))
              .toList();
      assertThat(tests).as("input %d", number).isNotEmpty();
      nodes.add(DynamicContainer.dynamicContainer(title(number), tests));
    }
    nodes.add(
        DynamicTest.dynamicTest(
            "no session or subscription remains", () -> awaitOnlyControlClient(controlClient)));
    return nodes.stream();
  }

  private void attempt(HostileInput input, ControlClient controlClient) throws Exception {
    String expected = fixture().expectedOutcome(input.name(), input.outcome());
    boolean expectNoResponse = expected.equals(ConnectionOutcome.NO_RESPONSE);
    String outcome =
        input.attempt().run(new HostileTarget(fixture(), controlClient, expectNoResponse));
    assertThat(outcome).as(name(input)).matches(ConnectionOutcome.pattern(expected));
    controlClient.awaitMore(2);
  }

  private void awaitOnlyControlClient(ControlClient controlClient) {
    ResourceUsage.await(() -> fixture().server().stats().connectedClients() == 1);
    ResourceUsage.await(() -> fixture().server().stats().totalSubscriptions() == 1);
    controlClient.awaitMore(2);
  }

  private static String title(int number) {
    return String.format(Locale.ROOT, "%02d %s", number, INPUT_KINDS.get(number - 1));
  }

  private static String name(HostileInput input) {
    return String.format(Locale.ROOT, "%02d %s", input.number(), input.name());
  }
}
