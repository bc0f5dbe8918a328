package io.greenlang.metrics;

/** Both clocks of one test, which stand where it puts them. */
public class SteppedClock implements MetricsClock {

  /** Wall time, in milliseconds since 1970. */
  private long millis;

  /** Monotonic time. */
  private long nanos;

  /** Clocks that show this time. */
  public SteppedClock(long wallMillis) {
    this.millis = wallMillis;
  }

  /** Lets time pass on both. */
  public void advance(long moreNanos) {
    nanos += moreNanos;
    millis += moreNanos / 1_000_000;
  }

  /** Sets the wall clock alone. */
  public void step(long moreMillis) {
    millis += moreMillis;
  }

  @Override
  public long wallMillis() {
    return millis;
  }

  @Override
  public long nanoTime() {
    return nanos;
  }
}
