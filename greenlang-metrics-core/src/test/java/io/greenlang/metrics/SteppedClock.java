package io.greenlang.metrics;

/** A manual clock for tests: wall time and monotonic time change only when a test advances them. */
public class SteppedClock implements MetricsClock {

  /** The wall time, in epoch milliseconds. */
  private long millis;

  /** The monotonic time, in nanoseconds. */
  private long nanos;

  /** Creates a clock that starts at this wall time, in epoch milliseconds. */
  public SteppedClock(long wallMillis) {
    this.millis = wallMillis;
  }

  /** Advances both the wall time and the monotonic time. */
  public void advance(long elapsedNanos) {
    nanos += elapsedNanos;
    millis += elapsedNanos / 1_000_000;
  }

  /** Moves the wall time only, as if the clock had been adjusted. */
  public void step(long deltaMillis) {
    millis += deltaMillis;
  }

  @Override
  public long wallTimeMillis() {
    return millis;
  }

  @Override
  public long monotonicNanos() {
    return nanos;
  }
}
