package io.greenlang.metrics.collectors;

/**
 * The ticks of a schedule in monotonic time: start, start + interval, start + 2 intervals, … A tick
 * that could not be kept is skipped, and the later ones stay where they were: neither a burst to
 * catch up nor drift. One thread.
 */
final class FixedRate {

  private final long intervalNanos;
  private long due;

  /** A schedule whose first tick is at {@code startNanos}. */
  FixedRate(long startNanos, long intervalNanos) {
    this.intervalNanos = intervalNanos;
    this.due = startNanos;
  }

  /** When the current tick is due. */
  long due() {
    return due;
  }

  /**
   * Moves on to the first tick after the current one that is not in the past.
   *
   * @return how many ticks had to be skipped
   */
  long advance(long nowNanos) {
    long late = Math.max(0, nowNanos - due);
    long ticks = Math.max(1, (late + intervalNanos - 1) / intervalNanos);
    due += ticks * intervalNanos;
    return ticks - 1;
  }
}
