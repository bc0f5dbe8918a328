package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;

/** How a worker waits for its next tick; a test waits for the time that it moves itself. */
@FunctionalInterface
interface Pause {

  /** Returns when the clock has reached {@code dueNanos} of monotonic time. */
  void until(long dueNanos) throws InterruptedException;

  /** Sleeps until {@code clock} says so. */
  static Pause on(MetricsClock clock) {
    return dueNanos -> {
      for (long left = dueNanos - clock.nanoTime(); left > 0; left = dueNanos - clock.nanoTime()) {
        TimeUnit.NANOSECONDS.sleep(left);
      }
    };
  }
}
