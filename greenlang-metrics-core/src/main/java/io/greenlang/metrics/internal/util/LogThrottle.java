package io.greenlang.metrics.internal.util;

/**
 * A throttle that limits a recurring log message to one per minute. Used by one thread at a time.
 */
public final class LogThrottle {

  private static final long MINUTE_NANOS = 60_000_000_000L;

  private boolean used;
  private long lastNanos;

  /** Returns whether the message may be logged now; if so, the permit is consumed. */
  public boolean tryAcquire(long nowNanos) {
    boolean due = !used || nowNanos - lastNanos > MINUTE_NANOS;
    if (due) {
      used = true;
      lastNanos = nowNanos;
    }
    return due;
  }
}
