package io.greenlang.metrics.security.hostile.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.transport.fixture.ContractTokens;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Threats: forged tokens in great number, and tokens that name a key for the server to fetch. */
class ForgedTokensTest {

  private static final int ROUNDS = AttackSize.of(100);
  private static final int KEYS = AttackSize.of(1_000);
  private static final String OTHER_SECRET = "x".repeat(64);

  private static String forged(String header) {
    String claims = "{\"sub\":\"x\",\"exp\":" + ContractTokens.hourFromNow() + "}";
    return ContractTokens.signed(header, claims, OTHER_SECRET);
  }

  private static int handshakeStatus(AttackedServer server, String token) {
    try (RawWebSocket client = RawWebSocket.connect(server.url())) {
      return client.handshake("Authorization: Bearer " + token).status();
    }
  }

  @Test
  void tokens_forgedWithoutEnd_areNeverAccepted() throws Exception {
    List<String> tokens =
        List.of(
            ContractTokens.unsigned("none"),
            ContractTokens.unsigned("HS256"),
            forged("{\"alg\":\"HS256\"}"),
            ContractTokens.signed("{\"sub\":\"x\"}"),
            ContractTokens.expiring(Instant.now().minus(Duration.ofHours(1)), ""),
            ContractTokens.withClaims(",\"a\":" + "[".repeat(2_000) + "]".repeat(2_000)),
            "t".repeat(8_193));
    try (AttackedServer server = unlimited()) {
      server.withstand(
          "forged tokens",
          50,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              for (String token : tokens) {
                assertThat(handshakeStatus(server, token)).isEqualTo(401);
              }
            }
          });
    }
  }

  @Test
  void keys_randomWithoutEnd_areNeverFetched() throws Exception {
    try (AttackedServer server = unlimited();
        ServerSocket keys = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Random random = new Random(1);
      String url = "http://127.0.0.1:" + keys.getLocalPort() + "/jwks.json";
      server.withstand(
          "random key ids",
          50,
          () -> {
            for (int i = 0; i < KEYS; i++) {
              String header =
                  "{\"alg\":\"HS256\",\"kid\":\""
                      + random.nextLong()
                      + "\",\"jku\":\""
                      + url
                      + "\"}";
              assertThat(handshakeStatus(server, forged(header))).isEqualTo(401);
            }
          });
      keys.setSoTimeout(100);
      assertThatThrownBy(keys::accept)
          .as("no key was fetched")
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  /** The test opens more connections per second and minute than one address may. */
  private static AttackedServer unlimited() {
    return AttackedServer.start(
        settings -> settings.maxConnectionsPerSecond(0).maxConnectionsPerMinute(0));
  }
}
