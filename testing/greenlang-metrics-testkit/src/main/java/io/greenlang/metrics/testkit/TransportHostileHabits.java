package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportOutcome.SERVED;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Clients that are hostile by their behaviour, not by a single frame: inputs 3, 4, 9, 26, 27, 29
 * and 30.
 */
final class TransportHostileHabits {

  private static final String LAST_COMMAND = "{\"type\":\"?\",\"id\":\"last\"}";
  private static final String ALL_HISTORY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\"orders.metrics\","
          + "\"start_time\":\"1970-01-01T00:00:00Z\"}}";

  private TransportHostileHabits() {}

  static Stream<TransportHostileInput> inputs() {
    return Stream.of(
        input(
            3,
            "10,000 empty fragments without a last one",
            "close 1002",
            target -> unfinishedMessage(target)),
        input(
            3,
            "10,000 empty fragments, then the last one",
            "UNKNOWN_TYPE",
            target -> emptyFragments(target)),
        input(4, "100 pings between fragments", "100 pongs, UNKNOWN_TYPE", target -> pings(target)),
        input(
            4,
            "50,000 pings from a client that reads no pong",
            SERVED,
            target -> pingFlood(target)),
        input(
            9,
            "a close frame from a client that never reads",
            SERVED,
            target -> closedNeverRead(target)),
        input(26, "subscribed and unsubscribed 1,000 times", "done", target -> resubscribe(target)),
        input(27, "1,000 history requests at once", "UNKNOWN_TYPE", target -> historyFlood(target)),
        input(
            29,
            "200 history requests from a client that reads no reply",
            SERVED,
            target -> neverReading(target)),
        input(30, "forged, duplicate and future pongs", "UNKNOWN_TYPE", target -> pongs(target)),
        input(30, "100 disconnects before the welcome", SERVED, target -> disconnectEarly(target)));
  }

  private static String unfinishedMessage(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    sendEmptyFragments(client);
    String outcome = TransportOutcome.ofFrames(client);
    client.close();
    return outcome;
  }

  private static String emptyFragments(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    sendEmptyFragments(client);
    client.send(continuation("\"x\"}"));
    return finish(client);
  }

  private static void sendEmptyFragments(RawWebSocket client) {
    client.send(RawWebSocketFrame.text("{\"type\":").unfinished());
    client.send(times(10_000, continuation("").unfinished().masked()));
  }

  private static String pings(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    client.send(RawWebSocketFrame.text("{\"type\":").unfinished());
    for (byte i = 0; i < 100; i++) {
      client.send(RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[] {i}));
    }
    client.send(continuation("\"x\"}"));
    int pongs = 0;
    RawWebSocketFrame frame = Objects.requireNonNull(client.frame());
    while (frame.opcode() == RawWebSocketFrame.PONG && frame.payload()[0] == pongs) {
      pongs++;
      frame = Objects.requireNonNull(client.frame());
    }
    client.close();
    return pongs + " pongs, " + TransportOutcome.of(frame.message());
  }

  private static String pingFlood(TransportHostileTarget target) {
    RawWebSocket client = slowReader(target, 4096);
    byte[] burst = times(100, RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[125]).masked());
    for (int i = 0; i < 500; i++) {
      client.send(burst);
    }
    target.witness().awaitMore(10);
    client.cut();
    return SERVED;
  }

  private static String closedNeverRead(TransportHostileTarget target) {
    RawWebSocket client = slowReader(target, 4096);
    client.send(RawWebSocketFrame.close(1000));
    TransportResources.await(() -> target.rig().server().stats().connectedClients() == 1);
    client.cut();
    return SERVED;
  }

  private static String resubscribe(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    for (int i = 0; i < 1000; i++) {
      client.ask(TransportRig.subscribe(",\"latest\":true"), "subscribed");
      client.ask("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}", "unsubscribed");
    }
    client.closePolitely();
    return "done";
  }

  /**
   * The server rejects requests beyond its limit, so the last command is repeated until it is
   * answered.
   */
  private static String historyFlood(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    client.send(times(1000, RawWebSocketFrame.text(ALL_HISTORY).masked()));
    TransportMessage reply;
    do {
      client.send(LAST_COMMAND);
      reply = client.message();
    } while (!reply.text("id").equals("last"));
    client.cut();
    return TransportOutcome.of(reply);
  }

  private static String neverReading(TransportHostileTarget target) {
    RawWebSocket client = slowReader(target, 1);
    client.send(TransportRig.subscribe(",\"latest\":true"));
    client.send(times(200, RawWebSocketFrame.text(ALL_HISTORY).masked()));
    target.witness().awaitMore(100);
    client.cut();
    return SERVED;
  }

  private static String pongs(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    for (String timestamp : new String[] {"0", "-1", "9e15", "1e308", "\"x\"", "null"}) {
      for (int i = 0; i < 2; i++) {
        client.send(RawWebSocketFrame.of(RawWebSocketFrame.PONG, new byte[] {1, 2}));
        client.send("{\"type\":\"pong\",\"timestamp\":" + timestamp + "}");
      }
    }
    return finish(client);
  }

  private static String disconnectEarly(TransportHostileTarget target) {
    for (int i = 0; i < 100; i++) {
      RawWebSocket client = target.rig().tcp();
      String token = i % 2 == 0 ? TransportTokens.good() : "wrong";
      client.send(
          client.head(
              "GET /ws/metrics?token=" + token,
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
      if (i % 4 >= 2) {
        client.response(false); // the session is open and its welcome is being sent
      }
      client.cut();
    }
    return SERVED;
  }

  /** Sends a last command, which the server must still answer, and returns the outcome. */
  private static String finish(RawWebSocket client) {
    client.send(LAST_COMMAND);
    String outcome = TransportOutcome.of(client.message());
    client.close();
    return outcome;
  }

  private static RawWebSocket slowReader(TransportHostileTarget target, int receiveBuffer) {
    RawWebSocket client =
        target
            .rig()
            .keep(
                RawWebSocket.tcp(
                    target.rig().url("token=" + TransportTokens.good()), receiveBuffer));
    client.upgrade();
    client.message("welcome");
    return client;
  }

  private static RawWebSocketFrame continuation(String payload) {
    return RawWebSocketFrame.of(
        RawWebSocketFrame.CONTINUATION, payload.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] times(int count, byte[] bytes) {
    byte[] all = new byte[count * bytes.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
    }
    return all;
  }

  private static TransportHostileInput input(
      int number, String name, String outcome, TransportHostileInput.Attempt attempt) {
    return new TransportHostileInput(number, name, outcome, attempt);
  }
}
