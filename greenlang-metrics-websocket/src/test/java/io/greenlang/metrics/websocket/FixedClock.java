package io.greenlang.metrics.websocket;

import io.greenlang.metrics.MetricsClock;
import java.time.Instant;

/** A clock that does not advance. */
public record FixedClock(Instant now) implements MetricsClock {

  @Override
  public long wallTimeMillis() {
    return now.toEpochMilli();
  }

  @Override
  public long monotonicNanos() {
    return 1;
  }
}
