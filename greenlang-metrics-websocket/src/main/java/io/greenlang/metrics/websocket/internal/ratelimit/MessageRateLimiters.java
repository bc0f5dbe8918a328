package io.greenlang.metrics.websocket.internal.ratelimit;

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
public final class MessageRateLimiters {

  private static final int MAX_IDLE = 10_000;

  private final int perMinute;
  private final MetricsClock clock;
  private final Map<String, MessageRateLimiter> bySubject = new HashMap<>();

  /** The limits without a connection, longest idle first. */
  private final Map<String, MessageRateLimiter> idle = new LinkedHashMap<>();

  /**
   * Creates an empty registry.
   *
   * @param perMinute the limit per subject and minute; 0 for no limit
   */
  public MessageRateLimiters(int perMinute, MetricsClock clock) {
    this.perMinute = perMinute;
    this.clock = clock;
  }

  /**
   * Counts one event of a subject that has no lasting connection; returns false if it exceeds the
   * limit.
   */
  public boolean tryAcquire(String subject) {
    MessageRateLimiter budget = attach(subject);
    boolean acquired = budget.tryAcquire() == MessageRateLimiter.Outcome.ACQUIRED;
    detach(budget);
    return acquired;
  }

  /** Reverts the count of one event that did not take place. */
  public void release(String subject) {
    MessageRateLimiter budget = attach(subject);
    budget.release();
    detach(budget);
  }

  /** Returns the limit of a subject and adds one user. */
  public synchronized MessageRateLimiter attach(String subject) {
    MessageRateLimiter budget =
        bySubject.computeIfAbsent(subject, s -> new MessageRateLimiter(s, perMinute, clock));
    budget.connections++;
    idle.remove(subject);
    return budget;
  }

  /** Removes one user from a limit. */
  public synchronized void detach(MessageRateLimiter budget) {
    if (--budget.connections == 0) {
      idle.put(budget.subject, budget);
      evictIdle();
    }
  }

  /** Returns the number of limits. */
  synchronized int size() {
    return bySubject.size();
  }

  private void evictIdle() {
    Iterator<MessageRateLimiter> longestIdle = idle.values().iterator();
    while (longestIdle.hasNext()) {
      MessageRateLimiter budget = longestIdle.next();
      if (!budget.isFull() && idle.size() <= MAX_IDLE) {
        return;
      }
      longestIdle.remove();
      bySubject.remove(budget.subject);
    }
  }
}
