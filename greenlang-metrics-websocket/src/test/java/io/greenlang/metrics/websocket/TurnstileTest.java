package io.greenlang.metrics.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.session.ConnectionBudget;
import io.greenlang.metrics.websocket.session.SenderBudgets;
import io.greenlang.metrics.websocket.session.ServerCounters;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Time stands still, so nobody gets a place back. */
class TurnstileTest {

  private final FixedClock clock = new FixedClock(Instant.EPOCH);
  private final ServerCounters counters = new ServerCounters();

  private Turnstile turnstile(int perMinuteAndAddress, int perSecond) {
    return new Turnstile(
        new SenderBudgets(perMinuteAndAddress, clock),
        new ConnectionBudget(perSecond, clock),
        counters);
  }

  /** The status of a refusal; 0 for one that may pass at once. */
  private static int status(Turnstile.Turn turn) {
    assertThat(turn.nanos()).isZero();
    return turn.refused() == null ? 0 : turn.refused().status();
  }

  @Test
  void next_noLimits_isAtOnce() {
    Turnstile turnstile = turnstile(0, 0);
    for (int i = 0; i < 10_000; i++) {
      assertThat(status(turnstile.next("192.0.2.1", Duration.ZERO))).isZero();
    }
    assertThat(counters.connectionsRefused()).isZero();
  }

  @Test
  void next_tooManyOfAnAddress_leavesTheOthersTheirPlaces() {
    Turnstile turnstile = turnstile(2, 4);
    for (int i = 0; i < 100; i++) {
      assertThat(status(turnstile.next("192.0.2.1", Duration.ZERO))).isEqualTo(i < 2 ? 0 : 429);
    }
    assertThat(status(turnstile.next("192.0.2.2", Duration.ZERO))).isZero();
    assertThat(status(turnstile.next("192.0.2.3", Duration.ZERO))).isZero();
    assertThat(status(turnstile.next("192.0.2.4", Duration.ZERO)))
        .as("the fifth at once")
        .isEqualTo(503);
    assertThat(counters.connectionsRefused()).isEqualTo(99);
  }

  @Test
  void next_tooManyTogether_doesNotCountForItsAddress() {
    Turnstile turnstile = turnstile(2, 1);
    assertThat(status(turnstile.next("192.0.2.1", Duration.ZERO))).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(status(turnstile.next("192.0.2.1", Duration.ZERO))).isEqualTo(503);
    }
    assertThat(turnstile.next("192.0.2.1", Duration.ofSeconds(1)).refused()).isNull();
    assertThat(status(turnstile.next("192.0.2.1", Duration.ofSeconds(9)))).isEqualTo(429);
  }

  @Test
  void next_tooManyTogether_waitInLineAsLongAsTheyCan() {
    Turnstile turnstile = turnstile(0, 2);
    for (int second = 0; second <= 3; second++) {
      for (int i = 0; i < 2; i++) {
        assertThat(turnstile.next(null, Duration.ofSeconds(3)))
            .isEqualTo(new Turnstile.Turn(Duration.ofSeconds(second).toNanos(), null));
      }
    }
    assertThat(status(turnstile.next(null, Duration.ofSeconds(3)))).isEqualTo(503);
  }

  @Test
  void next_refusedManyTimes_spreadsWhenToComeAgainOverTenSeconds() {
    Turnstile turnstile = turnstile(0, 1);
    assertThat(status(turnstile.next(null, Duration.ZERO))).isZero();
    int[] timesSaid = new int[11];
    for (int i = 0; i < 1_000; i++) {
      Admission.Refused refusal = turnstile.next(null, Duration.ZERO).refused();
      timesSaid[refusal == null ? 0 : refusal.retryAfterSeconds()]++;
    }
    assertThat(timesSaid[0]).isZero();
    for (int second = 1; second <= 10; second++) {
      assertThat(timesSaid[second]).as("of a thousand, after %s s", second).isBetween(40, 190);
    }
  }

  @Test
  void admit_moreThanTheServerTakes_areRefusedBeforeTheirTokenIsLookedAt() {
    AtomicInteger lookedAt = new AtomicInteger();
    RecordingTransport transport = new RecordingTransport();
    try (MetricsHub hub = MetricsHub.builder().clock(clock).build();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .transport(transport)
                .maxConnectionsPerSecond(1)
                .authenticator(
                    token -> {
                      lookedAt.incrementAndGet();
                      return Principal.ANONYMOUS;
                    })
                .build()) {
      server.start();
      Handshake handshake =
          new Handshake(List.of("token"), null, List.of(), List.of(), "localhost", "192.0.2.1");
      CompletionStage<Admission> first = transport.context().admit(handshake, Duration.ZERO);
      assertThat(first.toCompletableFuture().join()).isInstanceOf(Admission.Opened.class);
      for (int i = 0; i < 100; i++) {
        assertThat(transport.context().admit(handshake, Duration.ZERO).toCompletableFuture())
            .isCompletedWithValueMatching(
                admission ->
                    admission instanceof Admission.Refused refused && refused.status() == 503);
      }
      assertThat(lookedAt).hasValue(1);
      assertThat(server.stats().connectionsRefused()).isEqualTo(100);
      CompletionStage<Admission> patient =
          transport.context().admit(handshake, Duration.ofSeconds(1));
      assertThat(patient.toCompletableFuture()).isNotDone();
      assertThat(patient.toCompletableFuture().join()).isInstanceOf(Admission.Opened.class);
    }
  }
}
