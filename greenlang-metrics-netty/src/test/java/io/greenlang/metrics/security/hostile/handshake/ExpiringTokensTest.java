package io.greenlang.metrics.security.hostile.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.SteadyPublisher;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: clients that stay connected after their tokens have expired. */
class ExpiringTokensTest {

  private static final int CLIENTS = AttackSize.of(200);
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
          + SteadyPublisher.CHANNEL.name()
          + "\"],\"aggregation_interval\":\"1m\"}}";

  @Test
  void tokens_expired_closeTheirClientsOnly() throws Exception {
    Instant now = Instant.now();
    ManualClock clock = new ManualClock(now);
    MetricsHub hub = MetricsHub.builder().clock(clock).build();
    String token = ContractTokens.expiring(now.plus(LIFETIME), "");
    try (AttackedServer server =
        AttackedServer.start(
            hub,
            settings ->
                settings
                    .heartbeatInterval(Duration.ofHours(1))
                    .maxConnectionsPerSecond(0)
                    .maxConnectionsPerMinute(0))) {
      server.withstand(
          "expired tokens",
          50,
          () -> {
            List<RawWebSocket> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
              RawWebSocket client =
                  server.closeAfterAttack(RawWebSocket.open(server.urlWithToken(token)));
              client.ask(SUBSCRIBE, "subscribed");
              clients.add(client);
            }
            clock.advance(LIFETIME.plus(GRACE).minusSeconds(1));
            server.witness().awaitMore(100);
            assertThat(server.stats().connectedClients()).isEqualTo(CLIENTS + 1);
            clock.advance(Duration.ofSeconds(2));
            for (RawWebSocket client : clients) {
              assertThat(client.awaitCloseCode()).isEqualTo(4401);
              client.close();
            }
            ResourceUsage.await(() -> server.stats().connectedClients() == 1);
          });
    }
  }
}
