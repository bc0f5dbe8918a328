package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;

/**
 * Strategy by which a worker waits for its next tick. Tests wait for a clock that they advance
 * themselves.
 */
@FunctionalInterface
public interface Sleeper {

  /** Blocks until the clock reaches {@code nextAttemptNanos} of monotonic time. */
  void sleepUntil(long dueNanos) throws InterruptedException;

  /** Returns a strategy that sleeps until {@code clock} has reached the time. */
  static Sleeper withClock(MetricsClock clock) {
    return dueNanos -> {
      for (long remaining = dueNanos - clock.monotonicNanos();
          remaining > 0;
          remaining = dueNanos - clock.monotonicNanos()) {
        TimeUnit.NANOSECONDS.sleep(remaining);
      }
    };
  }
}
