package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The budgets of all who send, so that connecting again does not get one a new budget. Bounded: one
 * for each subject that is connected, and the last {@value #MAX_IDLE} of those that are gone and
 * have not been quiet long enough for it to be full again. Any thread.
 */
public final class SenderBudgets {

  private static final int MAX_IDLE = 10_000;

  private final int perMinute;
  private final MetricsClock clock;
  private final Map<String, SenderBudget> bySubject = new HashMap<>();

  /** Those that nobody uses, the longest idle first. */
  private final Map<String, SenderBudget> idle = new LinkedHashMap<>();

  /**
   * No budgets yet.
   *
   * @param perMinute how much each has; 0 for any number
   */
  public SenderBudgets(int perMinute, MetricsClock clock) {
    this.perMinute = perMinute;
    this.clock = clock;
  }

  /** Counts one thing done by a subject that does not stay; false if it is too many. */
  public boolean spendOnce(String subject) {
    SenderBudget budget = join(subject);
    boolean within = budget.spend() == SenderBudget.Verdict.WITHIN;
    leave(budget);
    return within;
  }

  /** Takes back that a thing was counted, because it was not done after all. */
  public void giveBack(String subject) {
    SenderBudget budget = join(subject);
    budget.giveBack();
    leave(budget);
  }

  /** The budget of a subject, with one user more. */
  synchronized SenderBudget join(String subject) {
    SenderBudget budget =
        bySubject.computeIfAbsent(subject, s -> new SenderBudget(s, perMinute, clock));
    budget.users++;
    idle.remove(subject);
    return budget;
  }

  /** One user less. */
  synchronized void leave(SenderBudget budget) {
    if (--budget.users == 0) {
      idle.put(budget.subject, budget);
      forget();
    }
  }

  /** How many there are. */
  synchronized int size() {
    return bySubject.size();
  }

  private void forget() {
    Iterator<SenderBudget> longestIdle = idle.values().iterator();
    while (longestIdle.hasNext()) {
      SenderBudget budget = longestIdle.next();
      if (!budget.isFresh() && idle.size() <= MAX_IDLE) {
        return;
      }
      longestIdle.remove();
      bySubject.remove(budget.subject);
    }
  }
}
