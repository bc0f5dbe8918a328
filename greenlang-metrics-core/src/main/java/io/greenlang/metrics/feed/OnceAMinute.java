package io.greenlang.metrics.feed;

/** Says when a complaint that could be made all the time is due. One thread at a time. */
final class OnceAMinute {

  private static final long MINUTE_NANOS = 60_000_000_000L;

  private boolean complained;
  private long lastNanos;

  /** Whether to complain; if so, it is taken as done. */
  boolean isDue(long nowNanos) {
    boolean due = !complained || nowNanos - lastNanos > MINUTE_NANOS;
    if (due) {
      complained = true;
      lastNanos = nowNanos;
    }
    return due;
  }
}
