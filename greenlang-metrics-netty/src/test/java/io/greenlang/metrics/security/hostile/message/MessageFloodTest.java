package io.greenlang.metrics.security.hostile.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.client.RawWebSocketFrame;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Threat: a subject that avoids the limit of messages by connecting again. */
class MessageFloodTest {

  private static final int LIMIT = 1_000;
  private static final int CONNECTIONS = 5;

  /** The limit also holds for the frames to the witness, which therefore receives fewer. */
  private static final Duration PERIOD = Duration.ofMillis(100);

  @Test
  void messages_overSeveralConnections_countTogether() throws Exception {
    try (AttackedServer server =
        AttackedServer.start(
            MetricsHub.create(), settings -> settings.maxMessagesPerMinute(LIMIT), PERIOD)) {
      server.withstand(
          "messages across reconnections",
          50,
          () -> {
            for (int connection = 0; connection < CONNECTIONS; connection++) {
              sendAllowed(server);
            }
            RawWebSocket attacker = server.attacker();
            int allowed = 0;
            while (!attacker.ask("{\"type\":\"?\"}", "error").text("code").equals("RATE_LIMITED")) {
              allowed++;
            }
            assertThat(allowed).as("refilled since the start").isLessThan(LIMIT / 2);
            for (int i = 0; i < AttackSize.of(20_000); i++) {
              if (!attacker.send(RawWebSocketFrame.text("{\"type\":\"?\"}"))) {
                break; // the server closes a client that continues
              }
            }
          });
      assertThat(server.stats().messagesDropped()).isPositive();
    }
  }

  /** Sends a fifth of the limit on a new connection. */
  private static void sendAllowed(AttackedServer server) {
    RawWebSocket attacker = server.attacker();
    for (int i = 0; i < LIMIT / CONNECTIONS; i++) {
      assertThat(attacker.ask("{\"type\":\"?\"}", "error").text("code")).isEqualTo("UNKNOWN_TYPE");
    }
    attacker.closeGracefully();
  }
}
