package io.greenlang.metrics.websocket.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.RecordingTransport;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import io.greenlang.metrics.websocket.internal.ratelimit.SlidingWindowLimiter;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The clock does not advance, so no quota is replenished. */
class ConnectionThrottleTest {

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final ServerCounters counters = new ServerCounters();

  private ConnectionThrottle throttle(int perAddressAndMinute, int perSecond) {
    return new ConnectionThrottle(
        new MessageRateLimiters(perAddressAndMinute, clock),
        new SlidingWindowLimiter(perSecond, clock),
        counters);
  }

  /** Returns the status of a rejection; 0 for a handshake that may proceed at once. */
  private static int status(ConnectionThrottle.Decision decision) {
    assertThat(decision.delayNanos()).isZero();
    return decision.rejection() == null ? 0 : decision.rejection().status();
  }

  @Test
  void tryAcquire_noLimits_proceedsAtOnce() {
    ConnectionThrottle throttle = throttle(0, 0);
    for (int i = 0; i < 10_000; i++) {
      assertThat(status(throttle.tryAcquire("192.0.2.1", Duration.ZERO))).isZero();
    }
    assertThat(counters.connectionsRefused()).isZero();
  }

  @Test
  void tryAcquire_addressOverLimit_keepsGlobalQuota() {
    ConnectionThrottle throttle = throttle(2, 4);
    for (int i = 0; i < 100; i++) {
      assertThat(status(throttle.tryAcquire("192.0.2.1", Duration.ZERO)))
          .isEqualTo(i < 2 ? 0 : 429);
    }
    assertThat(status(throttle.tryAcquire("192.0.2.2", Duration.ZERO))).isZero();
    assertThat(status(throttle.tryAcquire("192.0.2.3", Duration.ZERO))).isZero();
    assertThat(status(throttle.tryAcquire("192.0.2.4", Duration.ZERO)))
        .as("the fifth handshake")
        .isEqualTo(503);
    assertThat(counters.connectionsRefused()).isEqualTo(99);
  }

  @Test
  void tryAcquire_globalLimitExceeded_doesNotCountAgainstAddress() {
    ConnectionThrottle throttle = throttle(2, 1);
    assertThat(status(throttle.tryAcquire("192.0.2.1", Duration.ZERO))).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(status(throttle.tryAcquire("192.0.2.1", Duration.ZERO))).isEqualTo(503);
    }
    assertThat(throttle.tryAcquire("192.0.2.1", Duration.ofSeconds(1)).rejection()).isNull();
    assertThat(status(throttle.tryAcquire("192.0.2.1", Duration.ofSeconds(9)))).isEqualTo(429);
  }

  @Test
  void tryAcquire_globalLimitExceeded_queuesUpToMaxWait() {
    ConnectionThrottle throttle = throttle(0, 2);
    for (int second = 0; second <= 3; second++) {
      for (int i = 0; i < 2; i++) {
        assertThat(throttle.tryAcquire(null, Duration.ofSeconds(3)))
            .isEqualTo(new ConnectionThrottle.Decision(Duration.ofSeconds(second).toNanos(), null));
      }
    }
    assertThat(status(throttle.tryAcquire(null, Duration.ofSeconds(3)))).isEqualTo(503);
  }

  @Test
  void tryAcquire_manyRejections_spreadRetryAfterOverTenSeconds() {
    ConnectionThrottle throttle = throttle(0, 1);
    assertThat(status(throttle.tryAcquire(null, Duration.ZERO))).isZero();
    int[] retryAfterCounts = new int[11];
    for (int i = 0; i < 1_000; i++) {
      Admission.Rejected rejection = throttle.tryAcquire(null, Duration.ZERO).rejection();
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
          new Handshake(
              List.of("token"), List.of(), List.of(), List.of(), "localhost", "192.0.2.1");
      CompletionStage<Admission> first = transport.context().admit(handshake, Duration.ZERO);
      assertThat(first.toCompletableFuture().join()).isInstanceOf(Admission.Accepted.class);
      for (int i = 0; i < 100; i++) {
        assertThat(transport.context().admit(handshake, Duration.ZERO).toCompletableFuture())
            .isCompletedWithValueMatching(
                admission ->
                    admission instanceof Admission.Rejected refused && refused.status() == 503);
      }
      assertThat(checkedTokens).hasValue(1);
      assertThat(server.stats().connectionsRefused()).isEqualTo(100);
      long startNanos = System.nanoTime();
      CompletionStage<Admission> queued =
          transport.context().admit(handshake, Duration.ofSeconds(1));
      assertThat(queued.toCompletableFuture().join()).isInstanceOf(Admission.Accepted.class);
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .as("the wait for its turn")
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }
}
