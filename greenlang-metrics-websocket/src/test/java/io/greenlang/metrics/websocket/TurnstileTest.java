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

/** The clock does not advance, so no quota is replenished. */
class TurnstileTest {

  private final FixedClock clock = new FixedClock(Instant.EPOCH);
  private final ServerCounters counters = new ServerCounters();

  private Turnstile throttle(int perAddressAndMinute, int perSecond) {
    return new Turnstile(
        new SenderBudgets(perAddressAndMinute, clock),
        new ConnectionBudget(perSecond, clock),
        counters);
  }

  /** Returns the status of a rejection; 0 for a handshake that may proceed at once. */
  private static int status(Turnstile.Turn decision) {
    assertThat(decision.nanos()).isZero();
    return decision.refused() == null ? 0 : decision.refused().status();
  }

  @Test
  void tryAcquire_noLimits_proceedsAtOnce() {
    Turnstile throttle = throttle(0, 0);
    for (int i = 0; i < 10_000; i++) {
      assertThat(status(throttle.next("192.0.2.1", Duration.ZERO))).isZero();
    }
    assertThat(counters.connectionsRefused()).isZero();
  }

  @Test
  void tryAcquire_addressOverLimit_keepsGlobalQuota() {
    Turnstile throttle = throttle(2, 4);
    for (int i = 0; i < 100; i++) {
      assertThat(status(throttle.next("192.0.2.1", Duration.ZERO))).isEqualTo(i < 2 ? 0 : 429);
    }
    assertThat(status(throttle.next("192.0.2.2", Duration.ZERO))).isZero();
    assertThat(status(throttle.next("192.0.2.3", Duration.ZERO))).isZero();
    assertThat(status(throttle.next("192.0.2.4", Duration.ZERO)))
        .as("the fifth handshake")
        .isEqualTo(503);
    assertThat(counters.connectionsRefused()).isEqualTo(99);
  }

  @Test
  void tryAcquire_globalLimitExceeded_doesNotCountAgainstAddress() {
    Turnstile throttle = throttle(2, 1);
    assertThat(status(throttle.next("192.0.2.1", Duration.ZERO))).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(status(throttle.next("192.0.2.1", Duration.ZERO))).isEqualTo(503);
    }
    assertThat(throttle.next("192.0.2.1", Duration.ofSeconds(1)).refused()).isNull();
    assertThat(status(throttle.next("192.0.2.1", Duration.ofSeconds(9)))).isEqualTo(429);
  }

  @Test
  void tryAcquire_globalLimitExceeded_queuesUpToMaxWait() {
    Turnstile throttle = throttle(0, 2);
    for (int second = 0; second <= 3; second++) {
      for (int i = 0; i < 2; i++) {
        assertThat(throttle.next(null, Duration.ofSeconds(3)))
            .isEqualTo(new Turnstile.Turn(Duration.ofSeconds(second).toNanos(), null));
      }
    }
    assertThat(status(throttle.next(null, Duration.ofSeconds(3)))).isEqualTo(503);
  }

  @Test
  void tryAcquire_manyRejections_spreadRetryAfterOverTenSeconds() {
    Turnstile throttle = throttle(0, 1);
    assertThat(status(throttle.next(null, Duration.ZERO))).isZero();
    int[] retryAfterCounts = new int[11];
    for (int i = 0; i < 1_000; i++) {
      Admission.Refused rejection = throttle.next(null, Duration.ZERO).refused();
      retryAfterCounts[rejection == null ? 0 : rejection.retryAfterSeconds()]++;
    }
    assertThat(retryAfterCounts[0]).isZero();
    for (int second = 1; second <= 10; second++) {
      assertThat(retryAfterCounts[second])
          .as("rejections out of 1,000 with Retry-After %s", second)
          .isBetween(40, 190);
    }
  }

  @Test
  void admit_aboveGlobalLimit_rejectedBeforeTokenCheck() {
    AtomicInteger checkedTokens = new AtomicInteger();
    RecordingTransport transport = new RecordingTransport();
    try (MetricsHub hub = MetricsHub.builder().clock(clock).build();
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .transport(transport)
                .maxConnectionsPerSecond(1)
                .authenticator(
                    token -> {
                      checkedTokens.incrementAndGet();
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
      assertThat(checkedTokens).hasValue(1);
      assertThat(server.stats().connectionsRefused()).isEqualTo(100);
      CompletionStage<Admission> queued =
          transport.context().admit(handshake, Duration.ofSeconds(1));
      assertThat(queued.toCompletableFuture()).isNotDone();
      assertThat(queued.toCompletableFuture().join()).isInstanceOf(Admission.Opened.class);
    }
  }
}
