package io.greenlang.metrics.security.hostile.handshake;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fault: an identity provider accepts requests for its keys and does not answer them. */
@Timeout(120)
class SilentIdentityProviderTest {

  private static final int KNOWN_CLIENTS = AttackSize.of(300);
  private static final int UNKNOWN_CLIENTS = 30;

  /** A time in which no read of the keys begins after another one. */
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(20);

  private final ManualClock clock = new ManualClock(Instant.now());
  private final SigningKey known = SigningKey.generate("ES256", "known");
  private final SigningKey unknown = SigningKey.generate("ES256", "unknown");

  private static int handshakeStatus(AttackedServer server, String token) {
    try (RawWebSocket client = RawWebSocket.connect(server.url())) {
      return client.handshake("Authorization: Bearer " + token).status();
    }
  }

  @Test
  void keys_neverAnswered_delayOnlyTokensOfUnknownKeys() throws Exception {
    ThreadPoolExecutor waiting = (ThreadPoolExecutor) Executors.newFixedThreadPool(UNKNOWN_CLIENTS);
    waiting.prestartAllCoreThreads(); // so that they do not count as threads of the attack
    try (IdentityProvider provider = new IdentityProvider()) {
      provider.publish(known);
      try (AttackedServer server = start(provider)) {
        assertThat(handshakeStatus(server, provider.token(known))).isEqualTo(101);
        provider.hang();
        int requestsBefore = provider.requests();
        clock.advance(MIN_INTERVAL);
        server.withstand(
            "an identity provider that never answers",
            50,
            () -> {
              List<CompletableFuture<Integer>> statuses = new ArrayList<>();
              for (int i = 0; i < UNKNOWN_CLIENTS; i++) {
                String token = provider.token(unknown);
                statuses.add(
                    CompletableFuture.supplyAsync(() -> handshakeStatus(server, token), waiting));
              }
              for (int i = 0; i < KNOWN_CLIENTS; i++) {
                assertThat(handshakeStatus(server, provider.token(known))).isEqualTo(101);
              }
              for (CompletableFuture<Integer> status : statuses) {
                assertThat(status.get()).as("asked to try again").isEqualTo(503);
              }
            });
        assertThat(provider.requests()).isEqualTo(requestsBefore + 1);
      }
    } finally {
      waiting.shutdownNow();
    }
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
