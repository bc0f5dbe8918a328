package io.greenlang.metrics.testkit.transport.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ControlClient;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;

/** The server that receives hostile inputs while a {@link ControlClient} is connected. */
final class HostileTarget {

  /** The number of metrics that the witness must receive before an input counts as unanswered. */
  private static final int NO_RESPONSE_METRICS = 50;

  private final TransportFixture rig;
  private final ControlClient witness;
  private final boolean waits;

  /**
   * Creates the target of one input.
   *
   * @param waits whether this container is known not to respond to the input
   */
  HostileTarget(TransportFixture rig, ControlClient witness, boolean waits) {
    this.rig = rig;
    this.witness = witness;
    this.waits = waits;
  }

  TransportFixture rig() {
    return rig;
  }

  ControlClient witness() {
    return witness;
  }

  /** Connects a client with a valid token and reads its welcome. */
  RawWebSocket connect() {
    RawWebSocket client = rig.connectRaw(rig.url("token=" + ContractTokens.valid()));
    // Input that arrives while the welcome is still being sent is covered by another test.
    witness.awaitMore(1);
    return client;
  }

  /** Sends the bytes as a client that has received its welcome, and returns the outcome. */
  String outcomeOf(byte[] bytes) {
    RawWebSocket client = connect();
    client.send(bytes);
    if (waits) {
      witness.awaitMore(NO_RESPONSE_METRICS);
      assertThat(client.hasInput()).as("the server responded").isFalse();
      client.reset();
      return ConnectionOutcome.NO_RESPONSE;
    }
    String outcome = ConnectionOutcome.frameOutcome(client);
    if (outcome.startsWith("close")) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
    } else if (!outcome.equals(ConnectionOutcome.ENDS)) {
      client.send("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}");
      assertThat(client.nextMessage("unsubscribed").type()).isEqualTo("unsubscribed");
    }
    client.close();
    return outcome;
  }

  /** Requests the upgrade with the query, and subscribes as an accepted client would. */
  String handshakeOutcome(String query) {
    RawWebSocket client = rig.closeAfterTest(RawWebSocket.connect(rig.url(query)));
    RawWebSocket.Response response = client.handshake();
    if (response.status() == 101) {
      client.send(TransportFixture.subscribe(""));
    }
    return outcome(client, response);
  }

  /** Requests the upgrade at the given target with additional headers and returns the outcome. */
  String requestOutcome(String target, String... headers) {
    RawWebSocket client = rig.connectTcp();
    return outcome(client, client.handshakeAt(target, headers));
  }

  private static String outcome(RawWebSocket client, RawWebSocket.Response response) {
    String outcome = ConnectionOutcome.handshakeOutcome(client, response);
    if (outcome.contains("close")) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
    }
    client.close();
    return outcome;
  }
}
