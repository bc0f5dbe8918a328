package io.greenlang.metrics.internal.util;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A throttle that limits a recurring log message to one per minute. Thread-safe; of threads that
 * compete for a permit, one gets it.
 */
public final class LogThrottle {

  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Stands for a throttle that has not logged yet; a clock that shows it is one tick late. */
  private static final long UNUSED = Long.MIN_VALUE;

  private final AtomicLong lastNanos = new AtomicLong(UNUSED);

  /**
   * Returns whether the message may be logged now; if so, the permit is consumed.
   *
   * @param nowNanos the monotonic time, {@link io.greenlang.metrics.MetricsClock#monotonicNanos}
   */
  public boolean tryAcquire(long nowNanos) {
    long last = lastNanos.get();
    return isDue(last, nowNanos)
        && lastNanos.compareAndSet(last, nowNanos == UNUSED ? nowNanos + 1 : nowNanos);
  }

  /** Returns whether a message at this time would be suppressed. Consumes nothing. */
  public boolean isSuppressed(long nowNanos) {
    return !isDue(lastNanos.get(), nowNanos);
  }

  private static boolean isDue(long lastNanos, long nowNanos) {
    return lastNanos == UNUSED || nowNanos - lastNanos >= INTERVAL_NANOS;
  }
}
