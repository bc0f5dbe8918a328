package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.websocket.CapturedLog;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.AuthenticationUnavailableException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.internal.delivery.ServerCounters;
import io.greenlang.metrics.websocket.internal.fetch.PendingException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** Authenticators of an application that fail at every handshake. */
class TokenValidatorTest {

  private static final Authenticator FAILING =
      token -> {
        throw new IllegalStateException("cannot reach the identity provider with " + token);
      };

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final ServerCounters counters = new ServerCounters();

  private TokenValidator validator(Authenticator authenticator) {
    return new TokenValidator(authenticator, any -> false, clock, counters);
  }

  private static void validate(TokenValidator validator, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(validator.validate("secret-token", "203.0.113.7")).isNull();
    }
  }

  private static long warnings(CapturedLog log) {
    return log.text().lines().filter(line -> line.startsWith("WARN")).count();
  }

  @Test
  void validate_authenticatorFails_countsEachAndLogsOncePerMinute() {
    TokenValidator validator = validator(FAILING);
    try (CapturedLog log = new CapturedLog()) {
      validate(validator, 100);
      assertThat(warnings(log)).isEqualTo(1);

      clock.advance(Duration.ofSeconds(59));
      validate(validator, 100);
      assertThat(warnings(log)).isEqualTo(1);

      clock.advance(Duration.ofSeconds(1));
      validate(validator, 100);
      assertThat(warnings(log)).isEqualTo(2);
      assertThat(log.text()).doesNotContain("secret-token");
    }
    assertThat(counters.errors()).isEqualTo(300);
  }

  @Test
  void validate_authenticatorIsUnavailable_asksToTryAgainAndLogsOncePerMinute() {
    TokenValidator validator =
        validator(
            token -> {
              throw new AuthenticationUnavailableException(
                  "no route to the provider", new IllegalStateException(token));
            });
    try (CapturedLog log = new CapturedLog()) {
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> validator.validate("secret-token", "203.0.113.7"))
            .isInstanceOfSatisfying(
                PendingException.class, pending -> assertThat(pending.attempt()).isNull());
      }
      assertThat(warnings(log)).isEqualTo(1);
      assertThat(log.text()).contains("no route to the provider").doesNotContain("secret-token");
    }
    assertThat(counters.errors()).isEqualTo(10);
  }

  @Test
  void validate_authenticatorThrowsError_failsWithoutQuotingToken() {
    List<Error> errors =
        List.of(
            new OutOfMemoryError("secret-token"),
            new NoClassDefFoundError("secret-token"),
            new AssertionError("secret-token"));
    for (Error error : errors) {
      TokenValidator validator =
          validator(
              token -> {
                throw error;
              });
      try (CapturedLog log = new CapturedLog()) {
        assertThatThrownBy(() -> validator.validate("secret-token", "203.0.113.7"))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the authenticator failed with " + error.getClass().getName())
            .hasNoCause();
        assertThat(warnings(log)).isEqualTo(1);
        assertThat(log.text()).doesNotContain("secret-token");
      }
    }
    assertThat(counters.errors()).isEqualTo(3);
  }

  @Test
  void validate_twoThreadsFailAtOnce_logsOnce() throws InterruptedException {
    for (int round = 0; round < 100; round++) {
      TokenValidator validator = validator(FAILING);
      try (CapturedLog log = new CapturedLog()) {
        validateAtOnce(validator, 2);
        assertThat(warnings(log)).isEqualTo(1);
      }
    }
    assertThat(counters.errors()).isEqualTo(200);
  }

  private static void validateAtOnce(TokenValidator validator, int threadCount)
      throws InterruptedException {
    CyclicBarrier start = new CyclicBarrier(threadCount);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < threadCount; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
                validate(validator, 1);
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void validate_tokenRejected_isNeitherCountedNorLoggedAsWarning() {
    TokenValidator validator =
        validator(
            token -> {
              throw new AuthenticationException("expired");
            });
    try (CapturedLog log = new CapturedLog()) {
      validate(validator, 10);
      assertThat(warnings(log)).isZero();
    }
    assertThat(counters.errors()).isZero();
  }
}
