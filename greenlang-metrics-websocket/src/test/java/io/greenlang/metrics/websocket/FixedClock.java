package io.greenlang.metrics.websocket;

import io.greenlang.metrics.MetricsClock;
import java.time.Instant;

/** A clock that does not advance. */
public record FixedClock(Instant now) implements MetricsClock {

  @Override
  public long wallMillis() {
    return now.toEpochMilli();
  }

  @Override
  public long nanoTime() {
    return 1;
  }
}
