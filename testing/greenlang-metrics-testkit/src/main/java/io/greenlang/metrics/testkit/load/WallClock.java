package io.greenlang.metrics.testkit.load;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Clock of epoch microseconds, precise to the microsecond and without garbage: the monotonic clock
 * plus an offset that is determined once. {@link System#currentTimeMillis} is too coarse, and an
 * {@link Instant} per reading would make the garbage collector part of the measurement.
 */
public final class WallClock {

  private final long offsetNanos = offset();

  /** Returns the microseconds since 1970. */
  public long micros() {
    return (System.nanoTime() + offsetNanos) / 1000;
  }

  /**
   * Returns the offset of the most precise of many attempts: a thread that is preempted between two
   * clock calls spoils an attempt.
   */
  private static long offset() {
    long best = 0;
    long bestGap = Long.MAX_VALUE;
    for (int i = 0; i < 1000; i++) {
      long before = System.nanoTime();
      Instant now = Instant.now();
      long gap = System.nanoTime() - before;
      if (gap < bestGap) {
        bestGap = gap;
        best = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - before - gap / 2;
      }
    }
    return best;
  }
}
