package io.greenlang.metrics.feed;

/**
 * A throttle that limits a recurring log message to one per minute. Used by one thread at a time.
 */
final class OnceAMinute {

  private static final long MINUTE_NANOS = 60_000_000_000L;

  private boolean used;
  private long lastNanos;

  /** Returns whether the message may be logged now; if so, the permit is consumed. */
  boolean isDue(long nowNanos) {
    boolean due = !used || nowNanos - lastNanos > MINUTE_NANOS;
    if (due) {
      used = true;
      lastNanos = nowNanos;
    }
    return due;
  }
}
