package io.greenlang.metrics.testkit;

import static org.assertj.core.api.Assertions.assertThat;

/** The server that hostile inputs go to, while a {@link TransportWitness} is connected. */
final class TransportHostileTarget {

  /** Metrics that the witness sees while an input that should come to nothing has its time. */
  private static final int PATIENCE = 50;

  private final TransportRig rig;
  private final TransportWitness witness;
  private final boolean waits;

  /**
   * The server as one input meets it.
   *
   * @param waits whether this container is known to answer it with nothing
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

  /** A client that has a good token and was welcomed. */
  RawWebSocket welcomed() {
    RawWebSocket client = rig.raw(rig.url("token=" + TransportTokens.good()));
    // What a client sends in the very moment in which its welcome arrives is another test's affair.
    witness.awaitMore(1);
    return client;
  }

  /** Sends bytes as a client that was welcomed. */
  String answerTo(byte[] bytes) {
    RawWebSocket client = welcomed();
    client.send(bytes);
    if (waits) {
      witness.awaitMore(PATIENCE);
      assertThat(client.hasInput()).as("something came of it").isFalse();
      client.cut();
      return TransportOutcome.WAITS;
    }
    String outcome = TransportOutcome.ofFrames(client);
    if (outcome.startsWith("close")) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.frame()).as("what comes behind the close frame").isNull();
    } else if (!outcome.equals(TransportOutcome.ENDS)) {
      client.send("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}");
      assertThat(client.message("unsubscribed").type()).isEqualTo("unsubscribed");
    }
    client.close();
    return outcome;
  }

  /** Asks for the upgrade with this query and says at once what one says who was let in. */
  String handshake(String query) {
    RawWebSocket client = rig.keep(RawWebSocket.tcp(rig.url(query)));
    RawWebSocket.Response response = client.handshake();
    if (response.status() == 101) {
      client.send(TransportRig.subscribe(""));
    }
    return outcome(client, response);
  }

  /** Asks for the upgrade at that target, and for another answer to it, with these headers. */
  String request(String target, String... headers) {
    RawWebSocket client = rig.tcp();
    return outcome(client, client.handshakeAt(target, headers));
  }

  private static String outcome(RawWebSocket client, RawWebSocket.Response response) {
    String outcome = TransportOutcome.ofHandshake(client, response);
    if (outcome.contains("close")) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.frame()).as("what comes behind the close frame").isNull();
    }
    client.close();
    return outcome;
  }
}
