package io.greenlang.metrics.websocket.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.RecordingTransport;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handshakes at a server that validates JWTs. The clock stands, so no place becomes free. */
class HandshakeAdmissionTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Duration MAX_WAIT = Duration.ofSeconds(8);
  private static final int PER_SECOND = 5;
  private static final int FLOOD = 4_000;

  private final ManualClock clock = new ManualClock(Instant.now());
  private final MetricsHub hub = MetricsHub.builder().clock(clock).build();
  private final RecordingTransport transport = new RecordingTransport();
  private final MetricsWebSocketServer server =
      MetricsWebSocketServer.builder(hub)
          .transport(transport)
          .jwtSecret(SECRET)
          .maxConnectionsPerSecond(PER_SECOND)
          .build();

  @BeforeEach
  void start() throws Exception {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    hub.close();
  }

  private static String validToken() {
    return new JwtIssuer(SECRET, "HS256").issue("ada", Duration.ofHours(1));
  }

  private CompletableFuture<Admission> admit(
      @Nullable String queryToken, @Nullable String bearer, Duration maxWait) {
    Handshake handshake =
        new Handshake(
            queryToken == null ? List.of() : List.of(queryToken),
            bearer == null ? List.of() : List.of("Bearer " + bearer),
            List.of(),
            List.of(),
            "localhost",
            "192.0.2.1");
    return transport.context().admit(handshake, maxWait).toCompletableFuture();
  }

  private static int status(Admission admission) {
    return admission instanceof Admission.Rejected rejected ? rejected.status() : 101;
  }

  @Test
  void admit_floodOfBadTokens_leavesPlacesToValidTokens() {
    String bad = new JwtIssuer("f".repeat(32), "HS256").issue("ada", Duration.ofHours(1));
    List<CompletableFuture<Admission>> flood = new ArrayList<>();
    for (int i = 0; i < FLOOD; i++) {
      flood.add(admit(bad, null, MAX_WAIT));
    }
    List<Integer> statuses = flood.stream().map(each -> status(each.join())).toList();
    assertThat(statuses.stream().filter(status -> status == 101))
        .as("connected to receive the error")
        .hasSize(PER_SECOND);
    assertThat(statuses).containsOnly(101, 503);
    assertThat(server.stats().connectionsRefused()).isEqualTo(FLOOD - PER_SECOND);

    for (int i = 0; i < PER_SECOND; i++) {
      assertThat(status(admit(validToken(), null, Duration.ZERO).join())).isEqualTo(101);
    }
    assertThat(status(admit(validToken(), null, Duration.ZERO).join())).isEqualTo(503);
  }

  @Test
  void admit_badBearerToken_isRejectedWithoutPlace() {
    for (int i = 0; i < FLOOD; i++) {
      assertThat(status(admit(null, "bad", MAX_WAIT).join())).isEqualTo(401);
    }
    assertThat(status(admit(null, validToken(), Duration.ZERO).join())).isEqualTo(101);
  }

  @Test
  void admit_validTokenAboveLimit_waitsForItsTurn() {
    for (int i = 0; i < PER_SECOND; i++) {
      assertThat(status(admit(validToken(), null, Duration.ZERO).join())).isEqualTo(101);
    }
    CompletableFuture<Admission> queued = admit(validToken(), null, Duration.ofSeconds(1));
    assertThat(status(queued.join())).isEqualTo(101);
  }

  @Test
  void admit_addressAboveLimit_isRejectedBeforeTokenCheck() throws Exception {
    RecordingTransport limited = new RecordingTransport();
    try (MetricsWebSocketServer other =
        MetricsWebSocketServer.builder(hub)
            .transport(limited)
            .jwtSecret(SECRET)
            .maxConnectionsPerMinute(1)
            .build()) {
      other.start();
      Handshake handshake =
          new Handshake(
              List.of(validToken()), List.of(), List.of(), List.of(), "localhost", "192.0.2.1");
      assertThat(status(limited.context().admit(handshake, MAX_WAIT).toCompletableFuture().join()))
          .isEqualTo(101);
      assertThat(limited.context().admit(handshake, MAX_WAIT).toCompletableFuture())
          .isCompletedWithValueMatching(admission -> status(admission) == 429);
    }
  }
}
