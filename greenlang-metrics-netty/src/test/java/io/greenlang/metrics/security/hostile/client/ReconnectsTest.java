package io.greenlang.metrics.security.hostile.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import org.junit.jupiter.api.Test;

/** Fault: a client that loses its connection again and again, and resumes each time. */
class ReconnectsTest {

  private static final String CHANNEL = "resumed.metrics";
  private static final int CUTS = AttackSize.of(1_000);
  private static final int PER_CUT = 5;

  private long offset;
  private String epoch = "";
  private int received;

  @Test
  void client_cutAtAnyTime_receivesEveryMetricInOrder() throws Exception {
    try (AttackedServer server =
        AttackedServer.start(
            settings -> settings.maxConnectionsPerSecond(0).maxConnectionsPerMinute(0))) {
      server.hub().addChannel(CHANNEL);
      server.withstand(
          "resuming clients",
          50,
          () -> {
            for (int cut = 0; cut < CUTS; cut++) {
              resume(server, cut);
            }
          });
    }
    assertThat(received).isEqualTo(CUTS * PER_CUT);
  }

  /** Publishes while disconnected and while connected, reads everything, and disconnects. */
  private void resume(AttackedServer server, int cut) {
    int first = cut * PER_CUT;
    if (cut > 0) {
      publish(server, first);
    }
    RawWebSocket client = RawWebSocket.open(server.url("resumed"));
    String since =
        epoch.isEmpty()
            ? ""
            : ",\"since\":{\"%s\":{\"epoch\":\"%s\",\"offset\":%d}}"
                .formatted(CHANNEL, epoch, offset);
    ReceivedMessage subscribed =
        client.ask(
            "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"%s\"],\"resume\":true%s}}"
                .formatted(CHANNEL, since),
            "subscribed");
    if (epoch.isEmpty()) {
      epoch = subscribed.body().findValue("epoch").asText();
      publish(server, first);
    } else {
      assertThat(subscribed.body().findValue("recovered").asBoolean()).isTrue();
    }
    for (int i = 1; i < PER_CUT; i++) {
      publish(server, first + i);
    }
    for (int i = 0; i < PER_CUT; i++) {
      ReceivedMessage metric = client.nextMessage();
      assertThat(metric.values("n")).containsExactly((double) first + i);
      offset = metric.body().get("offset").asLong();
      received++;
    }
    client.reset();
  }

  private static void publish(AttackedServer server, int value) {
    server.hub().publish(Metric.gauge(CHANNEL, "n", value, Tags.empty()));
  }
}
