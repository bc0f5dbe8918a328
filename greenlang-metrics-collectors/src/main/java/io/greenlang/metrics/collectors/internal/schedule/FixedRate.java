package io.greenlang.metrics.collectors.internal.schedule;

/**
 * Schedule of ticks in monotonic time: start, start + interval, start + 2 intervals, … A missed
 * tick is skipped and later ticks keep their times, so there is neither a catch-up burst nor drift.
 * Confined to one thread.
 */
final class FixedRate {

  private final long intervalNanos;
  private long due;

  /** Creates a schedule whose first tick is at {@code startNanos}. */
  FixedRate(long startNanos, long intervalNanos) {
    this.intervalNanos = intervalNanos;
    this.due = startNanos;
  }

  /** Returns the time at which the current tick is due. */
  long due() {
    return due;
  }

  /**
   * Advances to the first tick after the current one that is not in the past.
   *
   * @return the number of skipped ticks
   */
  long advance(long nowNanos) {
    long delayNanos = Math.max(0, nowNanos - due);
    long ticks = Math.max(1, (delayNanos + intervalNanos - 1) / intervalNanos);
    due += ticks * intervalNanos;
    return ticks - 1;
  }
}
