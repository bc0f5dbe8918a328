package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

/** The server that receives hostile inputs while a {@link TransportWitness} is connected. */
final class TransportHostileTarget {

  /** The number of metrics that the witness must receive before an input counts as unanswered. */
  private static final int NO_RESPONSE_METRICS = 50;

  private final TransportRig rig;
  private final TransportWitness witness;
  private final boolean waits;

  /**
   * Creates the target of one input.
   *
   * @param waits whether this container is known not to respond to the input
   */
  TransportHostileTarget(TransportRig rig, TransportWitness witness, boolean waits) {
    this.rig = rig;
    this.witness = witness;
    this.waits = waits;
  }

  TransportRig rig() {
    return rig;
  }

  TransportWitness witness() {
    return witness;
  }

  /** Connects a client with a valid token and reads its welcome. */
  RawWebSocket welcomed() {
    RawWebSocket client = rig.raw(rig.url("token=" + TransportTokens.good()));
    // Input that arrives while the welcome is still being sent is covered by another test.
    witness.awaitMore(1);
    return client;
  }

  /** Sends the bytes as a client that has received its welcome, and returns the outcome. */
  String answerTo(byte[] bytes) {
    RawWebSocket client = welcomed();
    client.send(bytes);
    if (waits) {
      witness.awaitMore(NO_RESPONSE_METRICS);
      assertThat(client.hasInput()).as("the server responded").isFalse();
      client.cut();
      return TransportOutcome.WAITS;
    }
    String outcome = TransportOutcome.ofFrames(client);
    if (outcome.startsWith("close")) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.frame()).as("nothing after the close frame").isNull();
    } else if (!outcome.equals(TransportOutcome.ENDS)) {
      client.send("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}");
      assertThat(client.message("unsubscribed").type()).isEqualTo("unsubscribed");
    }
    client.close();
    return outcome;
  }

  /** Requests the upgrade with the query, and subscribes as an accepted client would. */
  String handshake(String query) {
    RawWebSocket client = rig.keep(RawWebSocket.tcp(rig.url(query)));
    RawWebSocket.Response response = client.handshake();
    if (response.status() == 101) {
      client.send(TransportRig.subscribe(""));
    }
    return outcome(client, response);
  }

  /** Requests the upgrade at the given target with additional headers and returns the outcome. */
  String request(String target, String... headers) {
    RawWebSocket client = rig.tcp();
    return outcome(client, client.handshakeAt(target, headers));
  }

  private static String outcome(RawWebSocket client, RawWebSocket.Response response) {
    String outcome = TransportOutcome.ofHandshake(client, response);
    if (outcome.contains("close")) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.frame()).as("nothing after the close frame").isNull();
    }
    client.close();
    return outcome;
  }
}
