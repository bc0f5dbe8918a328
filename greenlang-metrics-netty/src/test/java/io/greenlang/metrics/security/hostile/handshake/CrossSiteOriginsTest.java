package io.greenlang.metrics.security.hostile.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threat: pages of other sites that connect with the user's token. */
class CrossSiteOriginsTest {

  private static final int ROUNDS = AttackSize.of(50);

  private static final List<String> ORIGINS =
      List.of(
          "null",
          "https://evil.com",
          "https://trusted.com.evil.com",
          "https://eviltrusted.com",
          "https://trusted.com:8443",
          "http://trusted.com",
          "https://trusted.com@evil.com",
          "https://sub.trusted.com",
          "https://trusted.com/",
          "https://trusted.com.",
          "ftp://trusted.com",
          "https://evil.com#trusted.com");

  @Test
  void origins_ofOtherSites_areNeverUpgraded() throws Exception {
    try (AttackedServer server =
        AttackedServer.start(
            settings ->
                settings
                    .allowedOrigins(List.of("https://trusted.com"))
                    .maxConnectionsPerSecond(0)
                    .maxConnectionsPerMinute(0))) {
      server.withstand(
          "cross-site origins",
          50,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              for (String origin : ORIGINS) {
                assertThat(handshakeStatus(server, origin)).as(origin).isEqualTo(403);
              }
            }
            assertThat(handshakeStatus(server, "https://trusted.com")).isEqualTo(101);
          });
    }
  }

  private static int handshakeStatus(AttackedServer server, String origin) {
    try (RawWebSocket client = RawWebSocket.connect(server.url("victim"))) {
      return client.handshake("Origin: " + origin).status();
    }
  }
}
