package io.greenlang.metrics;

/** The clock of this machine. */
enum SystemClock implements MetricsClock {
  INSTANCE;

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }
}
