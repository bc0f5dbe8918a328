package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Attacks that once slowed other clients, or filled the memory of the server. */
enum Attack {
  /** Requests of 24 KB with 4,000 headers that never end, without a token. */
  REQUESTS("requests") {
    @Override
    void run(Attackers attackers) {
      StringBuilder head = new StringBuilder("GET /health HTTP/1.1\r\nHost: x\r\n");
      for (int i = 0; i < 4_000; i++) {
        head.append(Integer.toHexString(i)).append(":\r\n");
      }
      byte[] bytes = head.toString().getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 3_000; i++) {
        attackers.connectOnly().send(bytes);
      }
    }
  },

  /** Costly requests for windows since the year 0, each of which has an empty page. */
  DEEP_HISTORY("deep history") {
    @Override
    void run(Attackers attackers) {
      requestHistory(
          attackers,
          5,
          "\"start_time\":\"0000-01-01T00:00:00Z\",\"end_time\":\"2026-01-01T00:00:00Z\","
              + "\"aggregation_interval\":\"1s\",\"limit\":1");
    }
  },

  /** A thousand requests for the largest page, sent at once. */
  HISTORY("history") {
    @Override
    void run(Attackers attackers) {
      requestHistory(attackers, 250, "\"start_time\":\"1970-01-01T00:00:00Z\",\"limit\":10000");
    }
  },

  /** Connections with a distinct view each, which never read. */
  VIEWS("views") {
    @Override
    void run(Attackers attackers) {
      openViews(attackers, ",\"batch\":true,\"metrics\":[\"*\",\"NAME\"]");
    }
  },

  /** Connections with a distinct grouping each, which never read. */
  GROUPS("groups") {
    @Override
    void run(Attackers attackers) {
      openViews(
          attackers,
          ",\"batch\":true,\"aggregation_interval\":\"1s\",\"group_by\":[\"host\",\"NAME\"]");
    }
  },

  /** Windows of a second and of five seconds in turn, of metrics that do not exist. */
  INTERVALS("intervals") {
    @Override
    void run(Attackers attackers) {
      RawWebSocket attacker = attackers.connect(0);
      for (int i = 0; i < 1_000; i++) {
        String interval = i % 2 == 0 ? "1s" : "5s";
        attacker.send(
            subscribe(",\"metrics\":[\"no.such\"],\"aggregation_interval\":\"" + interval + "\""));
        awaitAnswer(attacker);
      }
    }
  },

  /** The latest values of all series, requested again and again by a slow client. */
  LATEST("latest") {
    @Override
    void run(Attackers attackers) {
      RawWebSocket attacker = attackers.connect(0);
      for (int i = 0; i < 300; i++) {
        attacker.send(subscribe(",\"latest\":true,\"metrics\":[\"*\",\"x" + i + "\"]"));
      }
      readSlowly(attacker, 20);
    }
  },

  /** A replay of the whole history to a slow client, which then subscribes again. */
  REPLAY("replay") {
    @Override
    void run(Attackers attackers) {
      RawWebSocket attacker = attackers.connect(0);
      attacker.send(subscribe(",\"since\":\"2026-01-01T00:00:00Z\""));
      attacker.nextMessage("subscribed");
      attacker.send(subscribe(",\"metrics\":[\"m1\"]"));
      readSlowly(attacker, 20);
    }
  };

  private static final int VIEWS_COUNT = 350;

  /** A placeholder for a name that differs for each view. */
  private static final String NAME = "NAME";

  private static final int HISTORY_CONNECTIONS = 4;
  private static final int SMALL_BUFFER = 4_096;
  private static final long PAUSE_NANOS = 1_000_000;

  private final String title;

  Attack(String title) {
    this.title = title;
  }

  /** Returns the name in the table of figures. */
  String title() {
    return title;
  }

  /** Attacks the server, and returns while its clients are connected. */
  abstract void run(Attackers attackers);

  private static String subscribe(String fields) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
        + AttackTarget.CHANNEL.name()
        + "\"]"
        + fields
        + "}}";
  }

  private static void awaitAnswer(RawWebSocket client) {
    String type;
    do {
      type = client.nextMessage().type(); // a ping may precede the answer
    } while (!type.equals("subscribed") && !type.equals("error"));
  }

  private static void requestHistory(Attackers attackers, int requests, String fields) {
    List<RawWebSocket> clients = new ArrayList<>();
    for (int i = 0; i < HISTORY_CONNECTIONS; i++) {
      clients.add(attackers.connect(SMALL_BUFFER));
    }
    String request =
        "{\"type\":\"get_history\",\"data\":{\"channel\":\""
            + AttackTarget.CHANNEL.name()
            + "\","
            + fields
            + "}}";
    for (int i = 0; i < requests; i++) {
      clients.forEach(client -> client.send(request));
    }
  }

  private static void openViews(Attackers attackers, String view) {
    for (int i = 0; i < VIEWS_COUNT; i++) {
      attackers.connect(SMALL_BUFFER).send(subscribe(view.replace(NAME, "x" + i)));
    }
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(20)); // the views have windows meanwhile
  }

  /** Reads frames with pauses, and answers every ping; fails if the server closes. */
  private static void readSlowly(RawWebSocket client, int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      RawWebSocketFrame frame = client.nextFrame();
      if (frame == null || frame.opcode() == RawWebSocketFrame.CLOSE) {
        throw new AssertionError(
            "a client that answers pings was closed: "
                + (frame == null ? "without a code" : frame.closeCode()));
      }
      if (frame.opcode() == RawWebSocketFrame.PING) {
        client.send(RawWebSocketFrame.of(RawWebSocketFrame.PONG, frame.payload()));
      } else if (frame.text().startsWith("{\"type\":\"ping\"")) {
        client.send("{\"type\":\"pong\"}");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
