package io.greenlang.metrics.security.hostile.client;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Threat: clients that request the largest answers and never read one. The server holds at most
 * about one page of history for each, though all their requests would have gigabytes of answers.
 */
class UnreadAnswersTest {

  private static final String CHANNEL = "large.metrics";
  private static final int CLIENTS = AttackSize.of(30);
  private static final int REQUESTS = 200;
  private static final int RECEIVE_BUFFER = 4_096;
  private static final int SERIES = 1_000;

  /** The points of the channel: a page of the largest size, which is more than a megabyte. */
  private static final int POINTS = 10_000;

  /** A page, the megabyte of answers at which further commands are rejected, and its encoding. */
  private static final double MAX_MEBIBYTES_EACH = 4;

  private static final String HISTORY =
      "{\"type\":\"get_history\",\"data\":{\"channel\":\""
          + CHANNEL
          + "\",\"start_time\":\"1970-01-01T00:00:00Z\",\"limit\":"
          + POINTS
          + "}}";

  @Test
  void answers_neverRead_areBoundedInBytes() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      publish(server);
      server.withstand(
          "answers that are never read",
          CLIENTS * MAX_MEBIBYTES_EACH,
          () -> {
            List<RawWebSocket> attackers = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
              attackers.add(server.attacker("attacker-" + i, RECEIVE_BUFFER));
            }
            for (int request = 0; request < REQUESTS; request++) {
              for (RawWebSocket attacker : attackers) {
                attacker.send(HISTORY);
              }
            }
          });
    }
  }

  private static void publish(AttackedServer server) {
    for (int from = 0; from < POINTS; from += SERIES) {
      List<Metric> metrics = new ArrayList<>();
      for (int i = 0; i < SERIES; i++) {
        metrics.add(
            Metric.gauge(CHANNEL, "a.long.name.of.a.metric", from, Tags.of("host", "host-" + i)));
      }
      server.hub().publish(metrics);
    }
  }
}
