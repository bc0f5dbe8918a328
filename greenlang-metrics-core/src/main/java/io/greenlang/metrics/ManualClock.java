package io.greenlang.metrics;

import java.time.Duration;
import java.time.Instant;

/**
 * A clock that advances only on request, for tests and simulations. Code under test reads it like
 * the system clock; the test decides how much time passes, and never waits:
 *
 * <pre>{@code
 * ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
 * MetricsHub hub = MetricsHub.builder().clock(clock).build();
 * clock.advance(Duration.ofSeconds(30));
 * }</pre>
 *
 * <p>Thread-safe: a reader on any thread sees the time that was set last.
 */
public final class ManualClock implements MetricsClock {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final long startMillis;
  private final long originNanos;

  /** The time that has passed since the start; wall time and monotonic time share it. */
  private long elapsedNanos;

  /** The sum of all wall clock steps. */
  private long stepMillis;

  /** Creates a clock whose wall time is {@code now}. */
  public ManualClock(Instant now) {
    this(now, 1);
  }

  /**
   * Creates a clock whose wall time is {@code now} and whose monotonic time is {@code
   * monotonicNanos}. An origin near {@link Long#MAX_VALUE} makes the monotonic time overflow, as a
   * real one may.
   */
  public ManualClock(Instant now, long monotonicNanos) {
    this.startMillis = now.toEpochMilli();
    this.originNanos = monotonicNanos;
  }

  /**
   * Advances the wall time and the monotonic time. The wall time shows whole milliseconds; smaller
   * amounts add up.
   *
   * @throws IllegalArgumentException if the amount is negative, because monotonic time never goes
   *     backwards
   */
  public synchronized void advance(Duration amount) {
    if (amount.isNegative()) {
      throw new IllegalArgumentException("monotonic time cannot decrease by " + amount);
    }
    elapsedNanos += amount.toNanos();
  }

  /**
   * Steps only the wall time, as an operator or NTP does. The amount may be negative; the monotonic
   * time is unaffected.
   */
  public synchronized void stepWallTime(Duration amount) {
    stepMillis += amount.toMillis();
  }

  @Override
  public synchronized long wallTimeMillis() {
    return startMillis + elapsedNanos / NANOS_PER_MILLI + stepMillis;
  }

  @Override
  public synchronized long monotonicNanos() {
    return originNanos + elapsedNanos;
  }
}
