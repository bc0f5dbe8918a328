package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.websocket.internal.protocol.CommandException;
import io.greenlang.metrics.websocket.internal.ratelimit.CostlyCommands;
import io.greenlang.metrics.websocket.internal.ratelimit.MessageRateLimiters;
import org.junit.jupiter.api.Test;

/** A costly command that an error prevents. */
class BudgetTest {

  /** A clock that fails on demand, and with it each price that is taken. */
  private static final class FailingClock implements MetricsClock {
    boolean failing;

    @Override
    public long wallTimeMillis() {
      return 0;
    }

    @Override
    public long monotonicNanos() {
      if (failing) {
        throw new OutOfMemoryError("on purpose");
      }
      return 0;
    }
  }

  private final FailingClock clock = new FailingClock();
  private final Budget budget =
      new Budget(new MessageRateLimiters(1_000, clock).attach("ada"), new Budget.InProgress());

  @Test
  void begin_errorWhileThePriceIsTaken_takesNoPlaceOfCostlyCommands() {
    clock.failing = true;
    for (int i = 0; i < CostlyCommands.MAX_PER_SUBJECT; i++) {
      assertThatThrownBy(() -> budget.beginReplay(1, null)).hasMessage("on purpose");
      assertThatThrownBy(() -> budget.beginHistory(1, null)).hasMessage("on purpose");
    }
    clock.failing = false;
    for (int i = 0; i < CostlyCommands.MAX_PER_SUBJECT; i++) {
      assertThatCode(() -> budget.beginReplay(1, null)).doesNotThrowAnyException();
      assertThatCode(() -> budget.beginHistory(1, null)).doesNotThrowAnyException();
    }
    assertThatThrownBy(() -> budget.beginReplay(1, null)).isInstanceOf(CommandException.class);
  }
}
