package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;

/** A clock whose monotonic time the test sets, for code that does not use wall time. */
final class NanosClock implements MetricsClock {

  long nanos;

  @Override
  public long wallMillis() {
    return 0;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }
}
