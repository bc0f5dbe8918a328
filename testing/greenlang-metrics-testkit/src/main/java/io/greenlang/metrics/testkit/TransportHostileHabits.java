package io.greenlang.metrics.testkit;

import static io.greenlang.metrics.testkit.TransportOutcome.SERVED;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;

/** Clients that are hostile by what they do, and not by one frame: inputs 3, 4, 9, 26, 29, 30. */
final class TransportHostileHabits {

  private static final String ASK = "{\"type\":\"?\",\"id\":\"last\"}";
  private static final String ALL_HISTORY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\"orders.metrics\","
          + "\"start_time\":\"1970-01-01T00:00:00Z\"}}";

  private TransportHostileHabits() {}

  static Stream<TransportHostileInput> inputs() {
    return Stream.of(
        habit(3, "10,000 empty fragments, then no end", "close 1002", t -> endless(t)),
        habit(3, "10,000 empty fragments, then the end", "UNKNOWN_TYPE", t -> empty(t)),
        habit(4, "100 pings between fragments", "100 pongs, UNKNOWN_TYPE", t -> pings(t)),
        habit(4, "50,000 pings, and no pong is read", SERVED, t -> pingFlood(t)),
        habit(9, "closed, and never read", SERVED, t -> closedNeverRead(t)),
        habit(26, "subscribed and unsubscribed 1,000 times", "done", t -> changingMind(t)),
        habit(27, "1,000 requests at once", "UNKNOWN_TYPE", t -> allAtOnce(t)),
        habit(29, "200 requests, and no answer is read", SERVED, t -> neverReading(t)),
        habit(30, "pongs, forged, doubled, of the future", "UNKNOWN_TYPE", t -> pongs(t)),
        habit(30, "gone before it was welcomed, 100 times", SERVED, t -> gone(t)));
  }

  private static String endless(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    sendEmptyFragments(client);
    String outcome = TransportOutcome.ofFrames(client);
    client.close();
    return outcome;
  }

  private static String empty(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    sendEmptyFragments(client);
    client.send(continuation("\"x\"}"));
    return end(client);
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
    RawWebSocket client = narrow(target, 4096);
    byte[] hundred =
        times(100, RawWebSocketFrame.of(RawWebSocketFrame.PING, new byte[125]).masked());
    for (int i = 0; i < 500; i++) {
      client.send(hundred);
    }
    target.witness().awaitMore(10);
    client.cut();
    return SERVED;
  }

  private static String closedNeverRead(TransportHostileTarget target) {
    RawWebSocket client = narrow(target, 4096);
    client.send(RawWebSocketFrame.close(1000));
    TransportResources.await(() -> target.rig().server().stats().connectedClients() == 1);
    client.cut();
    return SERVED;
  }

  private static String changingMind(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    for (int i = 0; i < 1000; i++) {
      client.ask(TransportRig.subscribe(",\"latest\":true"), "subscribed");
      client.ask("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}", "unsubscribed");
    }
    client.closePolitely();
    return "done";
  }

  /** What is more than the server takes at a time is refused, so it is asked until it answers. */
  private static String allAtOnce(TransportHostileTarget target) {
    RawWebSocket client = target.welcomed();
    client.send(times(1000, RawWebSocketFrame.text(ALL_HISTORY).masked()));
    TransportMessage answer;
    do {
      client.send(ASK);
      answer = client.message();
    } while (!answer.text("id").equals("last"));
    client.cut();
    return TransportOutcome.of(answer);
  }

  private static String neverReading(TransportHostileTarget target) {
    RawWebSocket client = narrow(target, 1);
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
    return end(client);
  }

  private static String gone(TransportHostileTarget target) {
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
        client.response(false); // the session is open, and its welcome on the way
      }
      client.cut();
    }
    return SERVED;
  }

  /** Whatever came before, it must still be answered. */
  private static String end(RawWebSocket client) {
    client.send(ASK);
    String outcome = TransportOutcome.of(client.message());
    client.close();
    return outcome;
  }

  private static RawWebSocket narrow(TransportHostileTarget target, int receiveBuffer) {
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

  private static TransportHostileInput habit(
      int number, String what, String outcome, TransportHostileInput.Attempt attempt) {
    return new TransportHostileInput(number, what, outcome, attempt);
  }
}
