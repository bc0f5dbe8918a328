package io.greenlang.metrics.testkit.transport.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawHttpConnection;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ControlClient;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;

/** The server that receives hostile inputs while a {@link ControlClient} is connected. */
final class HostileTarget {

  /** The metrics that the control client must receive before an input counts as unanswered. */
  private static final int NO_RESPONSE_METRICS = 50;

  private final TransportFixture fixture;
  private final ControlClient controlClient;
  private final boolean expectNoResponse;

  /**
   * Creates the target of one input.
   *
   * @param expectNoResponse whether this container is known not to respond to the input
   */
  HostileTarget(TransportFixture fixture, ControlClient controlClient, boolean expectNoResponse) {
    this.fixture = fixture;
    this.controlClient = controlClient;
    this.expectNoResponse = expectNoResponse;
  }

  TransportFixture fixture() {
    return fixture;
  }

  ControlClient controlClient() {
    return controlClient;
  }

  /** Connects a client with a valid token, which the server has finished welcoming. */
  RawWebSocket connect() {
    RawWebSocket client = fixture.connectRaw(fixture.url("token=" + ContractTokens.valid()));
    TransportFixture.awaitSendsCompleted(client);
    return client;
  }

  /** Sends the bytes as a client that has received its welcome, and returns the outcome. */
  String outcomeOf(byte[] bytes) {
    RawWebSocket client = connect();
    client.send(bytes);
    return expectNoResponse ? requireNoResponse(client) : responseOf(client);
  }

  private String requireNoResponse(RawWebSocket client) {
    controlClient.awaitMore(NO_RESPONSE_METRICS);
    assertThat(client.hasInput()).as("the server responded").isFalse();
    client.reset();
    return ConnectionOutcome.NO_RESPONSE;
  }

  private static String responseOf(RawWebSocket client) {
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
    RawWebSocket client = fixture.closeAfterTest(RawWebSocket.connect(fixture.url(query)));
    RawHttpConnection.Response response = client.handshake();
    if (response.status() == 101) {
      client.send(TransportFixture.subscribe(""));
    }
    return outcome(client, response);
  }

  /** Requests the upgrade at the given target with additional headers and returns the outcome. */
  String requestOutcome(String target, String... headers) {
    RawWebSocket client = fixture.connectTcp();
    return outcome(client, client.handshakeAt(target, headers));
  }

  private static String outcome(RawWebSocket client, RawHttpConnection.Response response) {
    String outcome = ConnectionOutcome.handshakeOutcome(client, response);
    if (outcome.contains("close")) {
      client.send(RawWebSocketFrame.close(1000));
      assertThat(client.nextFrame()).as("nothing after the close frame").isNull();
    }
    client.close();
    return outcome;
  }
}
