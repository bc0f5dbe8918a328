package io.greenlang.metrics.websocket.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.session.SenderBudget.Verdict;
import org.junit.jupiter.api.Test;

class SenderBudgetsTest {

  private static final long SECOND = 1_000_000_000L;

  private final NanosClock clock = new NanosClock();

  private static Verdict tryAcquire(SenderBudget limiter, int count) {
    Verdict last = Verdict.WITHIN;
    for (int i = 0; i < count; i++) {
      last = limiter.spend();
    }
    return last;
  }

  @Test
  void limiter_subjectReconnects_isShared() {
    SenderBudgets limiters = new SenderBudgets(10, clock);
    SenderBudget first = limiters.join("a");
    assertThat(tryAcquire(first, 10)).isEqualTo(Verdict.WITHIN);
    limiters.leave(first);
    assertThat(limiters.join("a").spend()).isEqualTo(Verdict.OVER);
    assertThat(limiters.join("b").spend()).isEqualTo(Verdict.WITHIN);
    assertThat(limiters.spendOnce("a")).isFalse();
    clock.nanos += 6 * SECOND;
    assertThat(limiters.spendOnce("a")).isTrue();
  }

  @Test
  void tryAcquire_overLimitForThreeMinutes_reportsIt() {
    SenderBudget limiter = new SenderBudgets(60, clock).join("a");
    assertThat(tryAcquire(limiter, 61)).isEqualTo(Verdict.OVER);
    for (int i = 0; i < 3; i++) {
      clock.nanos += 59 * SECOND;
      assertThat(tryAcquire(limiter, 60)).isEqualTo(Verdict.OVER);
    }
    clock.nanos += 3 * SECOND;
    assertThat(tryAcquire(limiter, 4)).isEqualTo(Verdict.OVER_FOR_LONG);
    clock.nanos += 61 * SECOND;
    assertThat(tryAcquire(limiter, 61))
        .as("after a minute within the limit")
        .isEqualTo(Verdict.OVER);
  }

  @Test
  void release_acquiredOnce_canBeAcquiredAgain() {
    SenderBudgets limiters = new SenderBudgets(2, clock);
    for (int i = 0; i < 100; i++) {
      assertThat(limiters.spendOnce("a")).isTrue();
      limiters.giveBack("a");
    }
    assertThat(limiters.size()).as("a full limiter is evicted").isZero();
    assertThat(limiters.spendOnce("a")).isTrue();
    assertThat(limiters.spendOnce("a")).isTrue();
    assertThat(limiters.spendOnce("a")).isFalse();
  }

  @Test
  void tryAcquire_noLimit_alwaysSucceeds() {
    SenderBudgets limiters = new SenderBudgets(0, clock);
    assertThat(tryAcquire(limiters.join("a"), 100_000)).isEqualTo(Verdict.WITHIN);
  }

  @Test
  void limiters_millionSubjects_areBounded() {
    SenderBudgets limiters = new SenderBudgets(10, clock);
    SenderBudget connected = limiters.join("used");
    assertThat(tryAcquire(connected, 11)).isEqualTo(Verdict.OVER);
    for (int i = 0; i < 1_000_000; i++) {
      limiters.spendOnce("subject " + i);
    }
    assertThat(limiters.size()).isEqualTo(10_001);
    assertThat(limiters.join("used").spend())
        .as("a connected subject's limiter is kept")
        .isEqualTo(Verdict.OVER);
    clock.nanos += 60 * SECOND;
    limiters.spendOnce("one more");
    assertThat(limiters.size()).as("full limiters are evicted").isEqualTo(2);
  }
}
