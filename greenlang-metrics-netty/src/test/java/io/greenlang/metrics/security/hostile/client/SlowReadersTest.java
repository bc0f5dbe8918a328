package io.greenlang.metrics.security.hostile.client;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: clients that subscribe and do not read. */
class SlowReadersTest {

  private static final String CHANNEL = "flood.metrics";
  private static final int CLIENTS = AttackSize.of(1_000);
  private static final int SERIES = 400;
  private static final int PUBLICATIONS = AttackSize.of(300);
  private static final int RECEIVE_BUFFER = 4_096;

  /** Requests with large answers, which the client does not read either. */
  private static final int REQUESTS = 20;

  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"" + CHANNEL + "\"],\"batch\":true}}";
  private static final String HISTORY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\""
          + CHANNEL
          + "\",\"start_time\":\"1970-01-01T00:00:00Z\"}}";

  @Test
  void readers_stalled_costNoMemoryEach() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      server.hub().addChannel(CHANNEL);
      server.withstand(
          "slow readers",
          80,
          () -> {
            for (int i = 0; i < CLIENTS; i++) {
              RawWebSocket attacker = server.attacker("attacker", RECEIVE_BUFFER);
              attacker.send(SUBSCRIBE);
              for (int request = 0; request < REQUESTS && i % 10 == 0; request++) {
                attacker.send(HISTORY);
              }
            }
            publish(server);
            // The buffers of their sockets are full now. Filling them is work for any client.
            server.startMeasurement();
            publish(server);
          });
    }
  }

  private static void publish(AttackedServer server) {
    for (int i = 0; i < PUBLICATIONS / 2; i++) {
      server.hub().publish(publication(i));
      server.witness().awaitPublication(server.published());
    }
  }

  private static List<Metric> publication(int number) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      metrics.add(Metric.gauge(CHANNEL, "a.long.name.of.a.metric." + i, number, Tags.empty()));
    }
    return metrics;
  }
}
