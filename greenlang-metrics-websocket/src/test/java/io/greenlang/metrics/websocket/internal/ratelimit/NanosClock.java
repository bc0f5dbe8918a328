package io.greenlang.metrics.websocket.internal.ratelimit;

import io.greenlang.metrics.MetricsClock;

/** A clock whose monotonic time the test sets, for code that does not use wall time. */
public final class NanosClock implements MetricsClock {

  long nanos;

  @Override
  public long wallTimeMillis() {
    return 0;
  }

  @Override
  public long monotonicNanos() {
    return nanos;
  }
}
