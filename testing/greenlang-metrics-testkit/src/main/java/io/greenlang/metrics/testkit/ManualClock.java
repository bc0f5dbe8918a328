package io.greenlang.metrics.testkit;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that stand still until a test moves them. Any thread. */
public final class ManualClock implements MetricsClock {

  private final AtomicLong wallMillis;
  private final AtomicLong nanos = new AtomicLong(1);

  /** Clocks that show this time. */
  public ManualClock(Instant now) {
    this.wallMillis = new AtomicLong(now.toEpochMilli());
  }

  /** Lets time pass on both clocks. */
  public void advance(Duration time) {
    wallMillis.addAndGet(time.toMillis());
    nanos.addAndGet(time.toNanos());
  }

  /** Sets the wall clock alone, as an operator or NTP does. */
  public void step(Duration time) {
    wallMillis.addAndGet(time.toMillis());
  }

  @Override
  public long wallMillis() {
    return wallMillis.get();
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }
}
