package io.greenlang.metrics.security.hostile.client;

import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ResourceUsage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Fault: peers that send nothing any more, not even a FIN. */
class SilentPeersTest {

  private static final int PEERS = AttackSize.of(1_000);

  @Test
  void peers_silent_areDisconnectedAfterTwoHeartbeats() throws Exception {
    try (AttackedServer server =
        AttackedServer.start(
            settings ->
                settings
                    .heartbeatInterval(Duration.ofSeconds(2))
                    .maxConnectionsPerSecond(0)
                    .maxConnectionsPerMinute(0))) {
      server.withstand(
          "silent peers",
          50,
          () -> {
            for (int i = 0; i < PEERS; i++) {
              server.attacker("peer-" + i, 0);
            }
            ResourceUsage.await(() -> server.stats().connectedClients() == 1);
          });
    }
  }
}
