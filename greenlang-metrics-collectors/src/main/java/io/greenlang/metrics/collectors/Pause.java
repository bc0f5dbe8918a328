package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;

/**
 * Strategy by which a worker waits for its next tick. Tests wait for a clock that they advance
 * themselves.
 */
@FunctionalInterface
interface Pause {

  /** Blocks until the clock reaches {@code dueNanos} of monotonic time. */
  void until(long dueNanos) throws InterruptedException;

  /** Returns a strategy that sleeps until {@code clock} has reached the time. */
  static Pause on(MetricsClock clock) {
    return dueNanos -> {
      for (long remaining = dueNanos - clock.nanoTime();
          remaining > 0;
          remaining = dueNanos - clock.nanoTime()) {
        TimeUnit.NANOSECONDS.sleep(remaining);
      }
    };
  }
}
