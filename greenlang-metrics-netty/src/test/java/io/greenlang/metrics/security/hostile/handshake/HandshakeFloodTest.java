package io.greenlang.metrics.security.hostile.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.netty.HalfOpenClients;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: handshakes that never finish, from many addresses. */
class HandshakeFloodTest {

  private static final int CONNECTIONS = AttackSize.of(5_000);
  private static final int PER_ADDRESS = 500;

  /** An honest client connects within a second on an idle machine; ours may be loaded. */
  private static final Duration HONEST = Duration.ofSeconds(2);

  @Test
  void handshakes_halfOpen_doNotDelayOthers() throws Exception {
    try (AttackedServer server = AttackedServer.start()) {
      List<Duration> connects = new ArrayList<>();
      server.withstand(
          "half-open handshakes",
          100,
          () -> {
            HalfOpenClients attackers =
                server.closeAfterAttack(new HalfOpenClients(server.url("attacker"), 40, 100));
            for (int i = 0; i < CONNECTIONS; i++) {
              attackers.connectFrom("127.0.1." + (1 + i / PER_ADDRESS));
              if (i % 500 == 499) {
                connects.add(server.connectHonestClient());
              }
            }
          });
      Collections.sort(connects);
      assertThat(connects.get(connects.size() / 2)).as("median").isLessThan(HONEST);
    }
  }
}
