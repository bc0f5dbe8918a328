package io.greenlang.metrics.testkit;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A manual wall clock and monotonic clock; time advances only on request. Thread-safe. */
public final class ManualClock implements MetricsClock {

  private final AtomicLong wallMillis;
  private final AtomicLong nanos = new AtomicLong(1);

  /** Creates a clock whose wall time is {@code now}. */
  public ManualClock(Instant now) {
    this.wallMillis = new AtomicLong(now.toEpochMilli());
  }

  /** Advances both the wall clock and the monotonic clock. */
  public void advance(Duration amount) {
    wallMillis.addAndGet(amount.toMillis());
    nanos.addAndGet(amount.toNanos());
  }

  /** Steps only the wall clock, as an operator or NTP would; the amount may be negative. */
  public void step(Duration amount) {
    wallMillis.addAndGet(amount.toMillis());
  }

  @Override
  public long wallTimeMillis() {
    return wallMillis.get();
  }

  @Override
  public long monotonicNanos() {
    return nanos.get();
  }
}
