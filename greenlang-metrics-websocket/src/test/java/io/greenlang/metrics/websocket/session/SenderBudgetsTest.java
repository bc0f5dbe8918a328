package io.greenlang.metrics.websocket.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.websocket.session.SenderBudget.Verdict;
import org.junit.jupiter.api.Test;

class SenderBudgetsTest {

  private static final long SECOND = 1_000_000_000L;

  private final NanosClock clock = new NanosClock();

  private static Verdict spend(SenderBudget budget, int times) {
    Verdict last = Verdict.WITHIN;
    for (int i = 0; i < times; i++) {
      last = budget.spend();
    }
    return last;
  }

  @Test
  void join_again_isTheSameBudget() {
    SenderBudgets budgets = new SenderBudgets(10, clock);
    SenderBudget first = budgets.join("a");
    assertThat(spend(first, 10)).isEqualTo(Verdict.WITHIN);
    budgets.leave(first);
    assertThat(budgets.join("a").spend()).isEqualTo(Verdict.OVER);
    assertThat(budgets.join("b").spend()).isEqualTo(Verdict.WITHIN);
    assertThat(budgets.spendOnce("a")).isFalse();
    clock.nanos += 6 * SECOND;
    assertThat(budgets.spendOnce("a")).isTrue();
  }

  @Test
  void spend_overForThreeMinutesWithoutAMinutesPause_isForLong() {
    SenderBudget budget = new SenderBudgets(60, clock).join("a");
    assertThat(spend(budget, 61)).isEqualTo(Verdict.OVER);
    for (int i = 0; i < 3; i++) {
      clock.nanos += 59 * SECOND;
      assertThat(spend(budget, 60)).isEqualTo(Verdict.OVER);
    }
    clock.nanos += 3 * SECOND;
    assertThat(spend(budget, 4)).isEqualTo(Verdict.OVER_FOR_LONG);
    clock.nanos += 61 * SECOND;
    assertThat(spend(budget, 61)).as("it begins again").isEqualTo(Verdict.OVER);
  }

  @Test
  void giveBack_whatWasSpentOnce_mayBeSpentAgain() {
    SenderBudgets budgets = new SenderBudgets(2, clock);
    for (int i = 0; i < 100; i++) {
      assertThat(budgets.spendOnce("a")).isTrue();
      budgets.giveBack("a");
    }
    assertThat(budgets.size()).as("a full budget is forgotten").isZero();
    assertThat(budgets.spendOnce("a")).isTrue();
    assertThat(budgets.spendOnce("a")).isTrue();
    assertThat(budgets.spendOnce("a")).isFalse();
  }

  @Test
  void spend_noLimit_isAlwaysWithin() {
    SenderBudgets budgets = new SenderBudgets(0, clock);
    assertThat(spend(budgets.join("a"), 100_000)).isEqualTo(Verdict.WITHIN);
  }

  @Test
  void leave_millionSubjects_keepsABoundedNumber() {
    SenderBudgets budgets = new SenderBudgets(10, clock);
    SenderBudget used = budgets.join("used");
    assertThat(spend(used, 11)).isEqualTo(Verdict.OVER);
    for (int i = 0; i < 1_000_000; i++) {
      budgets.spendOnce("subject " + i);
    }
    assertThat(budgets.size()).isEqualTo(10_001);
    assertThat(budgets.join("used").spend()).as("who is connected stays").isEqualTo(Verdict.OVER);
    clock.nanos += 60 * SECOND;
    budgets.spendOnce("one more");
    assertThat(budgets.size()).as("those that are full again go").isEqualTo(2);
  }
}
