package io.greenlang.metrics.security.hostile.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Fault: clients whose position is out of reach, because the history does not reach back to it, or
 * because the server was restarted meanwhile. Each is notified, and receives live metrics.
 */
class LateReturnTest {

  private static final String CHANNEL = "late.metrics";
  private static final int CLIENTS = AttackSize.of(100);

  /** A history of a few publications, so that the first positions are soon out of its reach. */
  private static final Retention SHORT = Retention.defaults().bytesPerChannel(64 * 1024);

  private static final int PUBLICATIONS = 200;
  private static final int SERIES = 100;

  private int published;

  @Test
  void clients_returningTooLate_receiveNoticeAndLiveMetrics() throws Exception {
    MetricsHub hub = MetricsHub.builder().retention(SHORT).build();
    try (AttackedServer server =
        AttackedServer.start(
            hub, settings -> settings.maxConnectionsPerSecond(0).maxConnectionsPerMinute(0))) {
      hub.addChannel(CHANNEL);
      server.withstand(
          "positions out of reach",
          80,
          () -> {
            String epoch = position(server, "", "").get("epoch").asText();
            for (int i = 0; i < PUBLICATIONS; i++) {
              publish(hub);
            }
            for (int i = 0; i < CLIENTS; i++) {
              position(server, epoch, "0");
              position(server, "epoch-before-the-restart", "0");
              position(server, epoch, "9007199254740991");
            }
          });
    }
  }

  /**
   * Returns the position that a client receives.
   *
   * @param epoch the epoch of the position from which it resumes; empty for none
   */
  private JsonNode position(AttackedServer server, String epoch, String offset) {
    String since =
        epoch.isEmpty()
            ? ""
            : ",\"since\":{\"%s\":{\"epoch\":\"%s\",\"offset\":%s}}"
                .formatted(CHANNEL, epoch, offset);
    try (RawWebSocket client = RawWebSocket.open(server.url("late"))) {
      JsonNode position =
          client
              .ask(
                  "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"%s\"],\"resume\":true,\"batch\":true%s}}"
                      .formatted(CHANNEL, since),
                  "subscribed")
              .body()
              .at("/positions/" + CHANNEL);
      if (!epoch.isEmpty()) {
        assertThat(position.get("recovered").asBoolean()).as("since %s", since).isFalse();
        publish(server.hub());
        ReceivedMessage live = client.nextMessage("metrics");
        assertThat(live.values("n0")).containsExactly((double) published);
        assertThat(live.body().has("replayed")).isFalse();
      }
      return position;
    }
  }

  private void publish(MetricsHub hub) {
    published++;
    Metric[] metrics = new Metric[SERIES];
    for (int i = 0; i < SERIES; i++) {
      metrics[i] = Metric.gauge(CHANNEL, "n" + i, published, Tags.empty());
    }
    hub.publish(List.of(metrics));
  }
}
