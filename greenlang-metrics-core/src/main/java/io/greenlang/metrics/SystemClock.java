package io.greenlang.metrics;

/** The clock of this machine. */
enum SystemClock implements MetricsClock {
  INSTANCE;

  @Override
  public long wallTimeMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }
}
