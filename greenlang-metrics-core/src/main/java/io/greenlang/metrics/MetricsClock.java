package io.greenlang.metrics;

/**
 * A source of wall time and monotonic time. Wall time dates a measurement and may jump; monotonic
 * time measures durations and never goes backwards. Implementations are safe for use by any thread.
 */
public interface MetricsClock {

  /**
   * Returns the wall time in epoch milliseconds. Use it for timestamps only, never for timeouts.
   */
  long wallTimeMillis();

  /**
   * Returns the monotonic time in nanoseconds since an arbitrary origin. Only differences between
   * two values are meaningful.
   */
  long monotonicNanos();

  /** Returns the clock of this machine. */
  static MetricsClock system() {
    return SystemClock.INSTANCE;
  }
}
