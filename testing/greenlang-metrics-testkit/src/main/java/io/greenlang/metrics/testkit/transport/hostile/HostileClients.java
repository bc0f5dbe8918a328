package io.greenlang.metrics.testkit.transport.hostile;

import static io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome.OTHERS_SERVED;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.transport.fixture.ConnectionOutcome;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import io.greenlang.metrics.testkit.transport.fixture.TransportFixture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Clients that are hostile by their behavior, not by a single frame: inputs 3, 4, 9, 26, 27, 29 and
 * 30.
 */
final class HostileClients {

  private static final String LAST_COMMAND = "{\"type\":\"?\",\"id\":\"last\"}";
  private static final String ALL_HISTORY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\"orders.metrics\","
          + "\"start_time\":\"1970-01-01T00:00:00Z\"}}";

  private static final List<HostileInput> INPUTS =
      List.of(
          new HostileInput(
              3,
              "10,000 empty fragments without a last one",
              "close 1002",
              HostileClients::unfinishedMessage),
          new HostileInput(
              3,
              "10,000 empty fragments, then the last one",
              "UNKNOWN_TYPE",
              HostileClients::emptyFragments),
          new HostileInput(
              4, "100 pings between fragments", "100 pongs, UNKNOWN_TYPE", HostileClients::pings),
          new HostileInput(
              4,
              "50,000 pings from a client that reads no pong",
              OTHERS_SERVED,
              HostileClients::pingFlood),
          new HostileInput(
              9,
              "a close frame from a client that never reads",
              OTHERS_SERVED,
              HostileClients::closedNeverRead),
          new HostileInput(
              26, "subscribed and unsubscribed 1,000 times", "done", HostileClients::resubscribe),
          new HostileInput(
              27, "1,000 history requests at once", "UNKNOWN_TYPE", HostileClients::historyFlood),
          new HostileInput(
              29,
              "200 history requests from a client that reads no reply",
              OTHERS_SERVED,
              HostileClients::neverReading),
          new HostileInput(
              30, "forged, duplicate and future pongs", "UNKNOWN_TYPE", HostileClients::pongs),
          new HostileInput(
              30,
              "100 disconnects before the welcome",
              OTHERS_SERVED,
              HostileClients::disconnectEarly));

  private HostileClients() {}

  static Stream<HostileInput> inputs() {
    return INPUTS.stream();
  }

  private static String unfinishedMessage(HostileTarget target) {
    RawWebSocket client = target.connect();
    sendEmptyFragments(client);
    String outcome = ConnectionOutcome.frameOutcome(client);
    client.close();
    return outcome;
  }

  private static String emptyFragments(HostileTarget target) {
    RawWebSocket client = target.connect();
    sendEmptyFragments(client);
    client.send(continuation("\"x\"}"));
    return finish(client);
  }

  private static void sendEmptyFragments(RawWebSocket client) {
    client.send(RawWebSocketFrame.text("{\"type\":").withoutFin());
    client.send(repeat(10_000, continuation("").withoutFin().masked()));
  }

  private static String pings(HostileTarget target) {
    RawWebSocket client = target.connect();
    client.send(RawWebSocketFrame.text("{\"type\":").withoutFin());
    for (byte i = 0; i < 100; i++) {
      client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {i}));
    }
    client.send(continuation("\"x\"}"));
    int pongs = 0;
    RawWebSocketFrame frame = Objects.requireNonNull(client.nextFrame());
    while (frame.opcode() == RawWebSocketFrame.PONG && frame.payload()[0] == pongs) {
      pongs++;
      frame = Objects.requireNonNull(client.nextFrame());
    }
    client.close();
    return pongs + " pongs, " + ConnectionOutcome.messageOutcome(frame.message());
  }

  private static String pingFlood(HostileTarget target) {
    RawWebSocket client = slowReader(target, 4096);
    byte[] burst =
        repeat(100, RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[125]).masked());
    for (int i = 0; i < 500; i++) {
      client.send(burst);
    }
    target.controlClient().awaitMore(10);
    client.reset();
    return OTHERS_SERVED;
  }

  private static String closedNeverRead(HostileTarget target) {
    RawWebSocket client = slowReader(target, 4096);
    client.send(RawWebSocketFrame.close(1000));
    ResourceUsage.await(() -> target.fixture().server().stats().connectedClients() == 1);
    client.reset();
    return OTHERS_SERVED;
  }

  private static String resubscribe(HostileTarget target) {
    RawWebSocket client = target.connect();
    for (int i = 0; i < 1000; i++) {
      client.ask(TransportFixture.subscribe(",\"latest\":true"), "subscribed");
      client.ask("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}", "unsubscribed");
    }
    client.closeGracefully();
    return "done";
  }

  /**
   * The server rejects requests beyond its limit, so the last command is repeated until it is
   * answered.
   */
  private static String historyFlood(HostileTarget target) {
    RawWebSocket client = target.connect();
    client.send(repeat(1000, RawWebSocketFrame.text(ALL_HISTORY).masked()));
    ReceivedMessage reply;
    do {
      client.send(LAST_COMMAND);
      reply = client.nextMessage();
    } while (!reply.text("id").equals("last"));
    client.reset();
    return ConnectionOutcome.messageOutcome(reply);
  }

  private static String neverReading(HostileTarget target) {
    RawWebSocket client = slowReader(target, 1);
    client.send(TransportFixture.subscribe(",\"latest\":true"));
    client.send(repeat(200, RawWebSocketFrame.text(ALL_HISTORY).masked()));
    target.controlClient().awaitMore(100);
    client.reset();
    return OTHERS_SERVED;
  }

  private static String pongs(HostileTarget target) {
    RawWebSocket client = target.connect();
    for (String timestamp : new String[] {"0", "-1", "9e15", "1e308", "\"x\"", "null"}) {
      for (int i = 0; i < 2; i++) {
        client.send(RawWebSocketFrame.of(RawWebSocketFrame.PONG, new byte[] {1, 2}));
        client.send("{\"type\":\"pong\",\"timestamp\":" + timestamp + "}");
      }
    }
    return finish(client);
  }

  private static String disconnectEarly(HostileTarget target) {
    for (int i = 0; i < 100; i++) {
      RawWebSocket client = target.fixture().connectTcp();
      String token = i % 2 == 0 ? ContractTokens.valid() : "wrong";
      client.send(
          client.requestHead(
              "GET /ws/metrics?token=" + token,
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
      if (i % 4 >= 2) {
        client.nextResponse(false); // the session is open and its welcome is being sent
      }
      client.reset();
    }
    return OTHERS_SERVED;
  }

  /** Sends a last command, which the server must still answer, and returns the outcome. */
  private static String finish(RawWebSocket client) {
    client.send(LAST_COMMAND);
    String outcome = ConnectionOutcome.messageOutcome(client.nextMessage());
    client.close();
    return outcome;
  }

  private static RawWebSocket slowReader(HostileTarget target, int receiveBuffer) {
    RawWebSocket client =
        target
            .fixture()
            .closeAfterTest(
                RawWebSocket.connect(
                    target.fixture().url("token=" + ContractTokens.valid()), receiveBuffer));
    client.upgrade();
    client.nextMessage("welcome");
    return client;
  }

  private static RawWebSocketFrame continuation(String payload) {
    return RawWebSocketFrame.of(
        RawWebSocketFrame.CONTINUATION, payload.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] repeat(int count, byte[] bytes) {
    byte[] all = new byte[count * bytes.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
    }
    return all;
  }
}
