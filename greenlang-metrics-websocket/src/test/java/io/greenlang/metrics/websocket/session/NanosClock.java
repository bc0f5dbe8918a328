package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;

/** A clock whose monotonic time is what a test says; for what never looks at the wall's. */
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
