package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.MetricsClock;

/**
 * The arrival of the samples of a batch. Its time is that of the log, so that all instances, and an
 * instance that recovers from the log, select the same latest values. Used under the channel lock.
 */
final class SampleArrival {

  private final MetricsClock clock;
  private long millis;
  private long wallMillis = Long.MIN_VALUE;
  private int clockSteps;

  SampleArrival(MetricsClock clock) {
    this.clock = clock;
  }

  /** Begins a batch that was logged at the given time, in epoch milliseconds. */
  void begin(long logMillis) {
    millis = logMillis;
    long previous = wallMillis;
    wallMillis = clock.wallTimeMillis();
    if (wallMillis < previous) {
      clockSteps++;
    }
  }

  /** Returns the time at which the samples were logged, in epoch milliseconds. */
  long millis() {
    return millis;
  }

  /** Returns how often the clock of this instance was set back between two batches. */
  int clockSteps() {
    return clockSteps;
  }
}
