package io.greenlang.metrics.websocket.internal.ratelimit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The number of costly commands in progress, limited per subject and in all. Each command in
 * progress holds memory and waits for few threads, so further ones are refused rather than queued.
 * Thread-safe.
 */
public final class CostlyCommands {

  /** The maximum number of costly commands in progress per subject. */
  public static final int MAX_PER_SUBJECT = 8;

  /** The maximum number of costly commands in progress over all subjects. */
  public static final int MAX_TOTAL = 64;

  private final AtomicInteger total = new AtomicInteger();

  /** Begins a costly command of a subject; returns false if a limit is reached. */
  public boolean tryBegin(MessageRateLimiters.Limiter subject) {
    if (!tryIncrement(subject.costlyCommands(), MAX_PER_SUBJECT)) {
      return false;
    }
    if (tryIncrement(total, MAX_TOTAL)) {
      return true;
    }
    subject.costlyCommands().decrementAndGet();
    return false;
  }

  /** Ends a costly command that was begun. */
  public void end(MessageRateLimiters.Limiter subject) {
    subject.costlyCommands().decrementAndGet();
    total.decrementAndGet();
  }

  private static boolean tryIncrement(AtomicInteger count, int maximum) {
    if (count.incrementAndGet() <= maximum) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }
}
