package io.greenlang.metrics.security.hostile.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.security.AttackSize;
import io.greenlang.metrics.testkit.security.AttackedServer;
import io.greenlang.metrics.testkit.security.IdentityProvider;
import io.greenlang.metrics.testkit.security.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threat: tokens with random key ids, each of which could cause a read of the key set. */
@Timeout(240)
class JwksFloodTest {

  private static final int KEY_IDS = AttackSize.of(10_000);

  /** A time in which no read of the keys begins after another one. */
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(20);

  private final ManualClock clock = new ManualClock(Instant.now());
  private final SigningKey known = SigningKey.generate("ES256", "known");

  private static int handshakeStatus(AttackedServer server, String token) {
    try (RawWebSocket client = RawWebSocket.connect(server.url())) {
      return client.handshake("Authorization: Bearer " + token).status();
    }
  }

  @Test
  void keyIds_random_readTheKeySetOncePerInterval() throws Exception {
    Random random = new Random(1);
    try (IdentityProvider provider = new IdentityProvider()) {
      provider.publish(known);
      try (AttackedServer server = start(provider)) {
        assertThat(handshakeStatus(server, provider.token(known))).isEqualTo(101);
        int requestsBefore = provider.requests();
        String token = provider.token(known);
        String forged = token.substring(token.indexOf('.'));
        server.withstand(
            "random key ids of an identity provider",
            50,
            () -> {
              for (int i = 0; i < KEY_IDS; i++) {
                if (i % (KEY_IDS / 2) == 0) {
                  clock.advance(MIN_INTERVAL);
                }
                String header = header(Long.toHexString(random.nextLong()));
                assertThat(handshakeStatus(server, header + forged)).isIn(401, 503);
              }
              assertThat(handshakeStatus(server, provider.token(known))).isEqualTo(101);
            });
        assertThat(provider.requests() - requestsBefore).isBetween(1, 2);
      }
    }
  }

  private static String header(String keyId) {
    String json = "{\"alg\":\"ES256\",\"kid\":\"" + keyId + "\"}";
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }

  /** Starts a server of this clock, for more connections than one address may open. */
  private AttackedServer start(IdentityProvider provider) {
    return AttackedServer.start(
        MetricsHub.builder().clock(clock).build(),
        settings ->
            settings
                .jwtJwksUrl(provider.keySetUrl())
                .maxConnectionsPerSecond(0)
                .maxConnectionsPerMinute(0));
  }
}
