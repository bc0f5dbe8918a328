package io.greenlang.metrics;

/**
 * The two kinds of time. Wall time says when something was measured, and may step; monotonic time
 * says how long something took, and never does. Any thread.
 */
public interface MetricsClock {

  /** Milliseconds since 1970-01-01T00:00:00Z. For timestamps only, never for a timeout. */
  long wallMillis();

  /** Nanoseconds since some fixed moment. For differences only. */
  long nanoTime();

  /** The clocks of this machine. */
  static MetricsClock system() {
    return SystemClock.INSTANCE;
  }
}
