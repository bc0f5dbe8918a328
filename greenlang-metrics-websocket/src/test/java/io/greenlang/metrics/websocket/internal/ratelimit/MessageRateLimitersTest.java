package io.greenlang.metrics.websocket.internal.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MessageRateLimitersTest {

  private final ManualClock clock = new ManualClock(Instant.EPOCH);

  private static Outcome tryAcquire(MessageRateLimiters.Limiter limiter, int count) {
    Outcome last = Outcome.ACQUIRED;
    for (int i = 0; i < count; i++) {
      last = limiter.tryAcquire();
    }
    return last;
  }

  @Test
  void limiter_subjectReconnects_isShared() {
    MessageRateLimiters limiters = new MessageRateLimiters(10, clock);
    MessageRateLimiters.Limiter first = limiters.attach("a");
    assertThat(tryAcquire(first, 10)).isEqualTo(Outcome.ACQUIRED);
    limiters.detach(first);
    assertThat(limiters.attach("a").tryAcquire()).isEqualTo(Outcome.LIMITED);
    assertThat(limiters.attach("b").tryAcquire()).isEqualTo(Outcome.ACQUIRED);
    assertThat(limiters.tryAcquire("a")).isFalse();
    clock.advance(Duration.ofSeconds(6));
    assertThat(limiters.tryAcquire("a")).isTrue();
  }

  @Test
  void tryCharge_budgetUsedUp_returnsTimeAfterWhichItSucceeds() {
    MessageRateLimiters.Limiter limiter = new MessageRateLimiters(60, clock).attach("a");
    assertThat(limiter.tryAcquire()).isEqualTo(Outcome.ACQUIRED);
    assertThat(limiter.tryCharge(57)).isZero();
    long waitNanos = limiter.tryCharge(5);
    assertThat(Duration.ofNanos(waitNanos)).isEqualTo(Duration.ofSeconds(4));
    clock.advance(Duration.ofNanos(waitNanos));
    assertThat(limiter.tryAcquire()).isEqualTo(Outcome.ACQUIRED);
    assertThat(limiter.tryCharge(5)).isZero();
  }

  @Test
  void tryCharge_priceAboveLimit_succeedsWithFullBucket() {
    MessageRateLimiters.Limiter limiter = new MessageRateLimiters(2, clock).attach("a");
    assertThat(limiter.tryAcquire()).isEqualTo(Outcome.ACQUIRED);
    assertThat(limiter.tryCharge(5)).isZero();
    assertThat(limiter.tryAcquire()).isEqualTo(Outcome.LIMITED);
  }

  @Test
  void settle_otherPrice_refundsOrTakesDifference() {
    MessageRateLimiters.Limiter limiter = new MessageRateLimiters(60, clock).attach("a");
    assertThat(limiter.tryCharge(40)).isZero();
    limiter.settle(40, 1);
    assertThat(tryAcquire(limiter, 59)).isEqualTo(Outcome.ACQUIRED);
    limiter.settle(1, 4);
    clock.advance(Duration.ofSeconds(3));
    assertThat(limiter.tryAcquire()).as("the deficit refills first").isEqualTo(Outcome.LIMITED);
    clock.advance(Duration.ofSeconds(1));
    assertThat(limiter.tryAcquire()).isEqualTo(Outcome.ACQUIRED);
  }

  @Test
  void tryAcquire_overLimitForThreeMinutes_reportsIt() {
    MessageRateLimiters.Limiter limiter = new MessageRateLimiters(60, clock).attach("a");
    assertThat(tryAcquire(limiter, 61)).isEqualTo(Outcome.LIMITED);
    for (int i = 0; i < 3; i++) {
      clock.advance(Duration.ofSeconds(59));
      assertThat(tryAcquire(limiter, 60)).isEqualTo(Outcome.LIMITED);
    }
    clock.advance(Duration.ofSeconds(3));
    assertThat(tryAcquire(limiter, 4)).isEqualTo(Outcome.LIMITED_TOO_LONG);
    clock.advance(Duration.ofSeconds(61));
    assertThat(tryAcquire(limiter, 61))
        .as("after a minute within the limit")
        .isEqualTo(Outcome.LIMITED);
  }

  @Test
  void release_acquiredOnce_canBeAcquiredAgain() {
    MessageRateLimiters limiters = new MessageRateLimiters(2, clock);
    for (int i = 0; i < 100; i++) {
      assertThat(limiters.tryAcquire("a")).isTrue();
      limiters.release("a");
    }
    assertThat(limiters.size()).as("a full limiter is evicted").isZero();
    assertThat(limiters.tryAcquire("a")).isTrue();
    assertThat(limiters.tryAcquire("a")).isTrue();
    assertThat(limiters.tryAcquire("a")).isFalse();
  }

  @Test
  void tryAcquire_noLimit_alwaysSucceeds() {
    MessageRateLimiters limiters = new MessageRateLimiters(0, clock);
    assertThat(tryAcquire(limiters.attach("a"), 100_000)).isEqualTo(Outcome.ACQUIRED);
  }

  @Test
  void limiters_millionSubjects_areBounded() {
    MessageRateLimiters limiters = new MessageRateLimiters(10, clock);
    MessageRateLimiters.Limiter connected = limiters.attach("used");
    assertThat(tryAcquire(connected, 11)).isEqualTo(Outcome.LIMITED);
    for (int i = 0; i < 1_000_000; i++) {
      limiters.tryAcquire("subject " + i);
    }
    assertThat(limiters.size()).isEqualTo(10_001);
    assertThat(limiters.attach("used").tryAcquire())
        .as("a connected subject's limiter is kept")
        .isEqualTo(Outcome.LIMITED);
    clock.advance(Duration.ofSeconds(60));
    limiters.tryAcquire("one more");
    assertThat(limiters.size()).as("full limiters are evicted").isEqualTo(2);
  }
}
