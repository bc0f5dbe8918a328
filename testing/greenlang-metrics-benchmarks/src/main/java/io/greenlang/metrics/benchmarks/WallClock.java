package io.greenlang.metrics.benchmarks;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Microseconds since 1970, to the microsecond and without garbage: the monotonic clock plus an
 * offset that is taken once. {@link System#currentTimeMillis} is too coarse and an {@link Instant}
 * for each read would make the collector part of what is measured.
 */
final class WallClock {

  private final long offsetNanos = offset();

  long micros() {
    return (System.nanoTime() + offsetNanos) / 1000;
  }

  /** The best of many tries, because a thread that is put aside between two reads spoils one. */
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
