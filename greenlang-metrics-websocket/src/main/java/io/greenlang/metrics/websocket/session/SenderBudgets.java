package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rate limits of all subjects, so that a client does not get a new limit by reconnecting.
 * Memory is bounded: there is one limit per connected subject, plus the last {@value #MAX_IDLE}
 * limits of disconnected subjects that are not yet full again. Thread-safe.
 */
public final class SenderBudgets {

  private static final int MAX_IDLE = 10_000;

  private final int perMinute;
  private final MetricsClock clock;
  private final Map<String, SenderBudget> bySubject = new HashMap<>();

  /** The limits without a connection, longest idle first. */
  private final Map<String, SenderBudget> idle = new LinkedHashMap<>();

  /**
   * Creates an empty registry.
   *
   * @param perMinute the limit per subject and minute; 0 for no limit
   */
  public SenderBudgets(int perMinute, MetricsClock clock) {
    this.perMinute = perMinute;
    this.clock = clock;
  }

  /**
   * Counts one event of a subject that has no lasting connection; returns false if it exceeds the
   * limit.
   */
  public boolean spendOnce(String subject) {
    SenderBudget budget = join(subject);
    boolean acquired = budget.spend() == SenderBudget.Verdict.WITHIN;
    leave(budget);
    return acquired;
  }

  /** Reverts the count of one event that did not take place. */
  public void giveBack(String subject) {
    SenderBudget budget = join(subject);
    budget.giveBack();
    leave(budget);
  }

  /** Returns the limit of a subject and adds one user. */
  synchronized SenderBudget join(String subject) {
    SenderBudget budget =
        bySubject.computeIfAbsent(subject, s -> new SenderBudget(s, perMinute, clock));
    budget.users++;
    idle.remove(subject);
    return budget;
  }

  /** Removes one user from a limit. */
  synchronized void leave(SenderBudget budget) {
    if (--budget.users == 0) {
      idle.put(budget.subject, budget);
      evictIdle();
    }
  }

  /** Returns the number of limits. */
  synchronized int size() {
    return bySubject.size();
  }

  private void evictIdle() {
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
