package io.greenlang.metrics.security.hostile.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.ReceivedMessage;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: clients that look for channels and tags that their tokens do not allow. */
class HiddenChannelsTest {

  private static final String VISIBLE = "visible.metrics";
  private static final String HIDDEN = "hidden.metrics";
  private static final int ROUNDS = AttackSize.of(100);
  private static final String CLAIMS =
      ",\"channels\":[\"" + VISIBLE + "\"],\"tags\":{\"team\":\"red\"}";

  private static String command(String type, String fields) {
    return "{\"type\":\"" + type + "\",\"data\":{" + fields + "}}";
  }

  private static void publish(AttackedServer server, double value) {
    server
        .hub()
        .publish(
            List.of(
                Metric.gauge(HIDDEN, "n", value, Tags.of("team", "red")),
                Metric.gauge(VISIBLE, "n", value, Tags.of("team", "blue")),
                Metric.gauge(VISIBLE, "n", value, Tags.of("team", "red"))));
  }

  @Test
  void channels_outOfReach_areNeverDelivered() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      publish(server, -1);
      server.withstand(
          "hidden channels and tags",
          50,
          () -> {
            RawWebSocket attacker =
                server.closeAfterAttack(
                    RawWebSocket.open(server.urlWithToken(ContractTokens.withClaims(CLAIMS))));
            attacker.nextMessage("welcome");
            for (int round = 0; round < ROUNDS; round++) {
              attempt(server, attacker, round);
            }
          });
    }
  }

  private static void attempt(AttackedServer server, RawWebSocket attacker, int round) {
    for (String hidden : List.of(HIDDEN, "hidden.*", "HIDDEN.METRICS")) {
      String subscribe = command("subscribe", "\"channels\":[\"" + hidden + "\"]");
      assertThat(attacker.ask(subscribe, "error").text("code")).isEqualTo("UNKNOWN_CHANNEL");
    }
    String history =
        command(
            "get_history",
            "\"channel\":\"" + HIDDEN + "\",\"start_time\":\"1970-01-01T00:00:00Z\"");
    assertThat(attacker.ask(history, "error").text("code")).isEqualTo("UNKNOWN_CHANNEL");
    String all =
        command("subscribe", "\"channels\":[\"*\"],\"tags\":{\"team\":[\"red\",\"blue\"]}");
    assertThat(attacker.ask(all, "subscribed").body().get("channels")).hasSize(1);
    publish(server, round);
    ReceivedMessage metric = attacker.nextMessage();
    assertThat(metric.text("channel")).isEqualTo(VISIBLE);
    assertThat(metric.body().at("/tags/team").asText()).isEqualTo("red");
    attacker.ask("{\"type\":\"unsubscribe\",\"channels\":[\"*\"]}", "unsubscribed");
  }
}
