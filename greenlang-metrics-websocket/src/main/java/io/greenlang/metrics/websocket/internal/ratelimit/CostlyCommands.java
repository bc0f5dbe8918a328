package io.greenlang.metrics.websocket.internal.ratelimit;

import java.util.HashMap;
import java.util.Map;

/**
 * The number of costly commands of one kind in progress, limited per subject and in total. Each
 * command in progress holds memory and waits for few threads, so further ones are refused rather
 * than queued. Their price in tokens is in {@code CommandPrice} of the sessions. Thread-safe.
 */
public final class CostlyCommands {

  /** The maximum number of costly commands in progress per subject. */
  public static final int MAX_PER_SUBJECT = 8;

  /** The maximum number of costly commands in progress over all subjects. */
  public static final int MAX_TOTAL = 64;

  /** The commands in progress of each subject that has any. */
  private final Map<MessageRateLimiters.Limiter, Integer> bySubject = new HashMap<>();

  private int total;

  /** Begins a costly command of a subject; returns false if a limit is reached. */
  public synchronized boolean tryBegin(MessageRateLimiters.Limiter subject) {
    int count = bySubject.getOrDefault(subject, 0);
    if (count == MAX_PER_SUBJECT || total == MAX_TOTAL) {
      return false;
    }
    bySubject.put(subject, count + 1);
    total++;
    return true;
  }

  /** Ends a costly command that was begun. */
  public synchronized void end(MessageRateLimiters.Limiter subject) {
    bySubject.computeIfPresent(subject, (key, count) -> count == 1 ? null : count - 1);
    total--;
  }
}
