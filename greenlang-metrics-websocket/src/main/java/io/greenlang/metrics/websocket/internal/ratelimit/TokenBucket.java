package io.greenlang.metrics.websocket.internal.ratelimit;

import java.util.concurrent.TimeUnit;

/**
 * A token bucket that refills continuously and is full after one idle minute. Its state is a single
 * number: the time up to which all tokens are spent. For a full bucket, this is a minute ago. The
 * method is the generic cell rate algorithm of the ATM Forum. It uses monotonic time. Not
 * thread-safe.
 */
final class TokenBucket {

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final long nanosPerToken;
  private final long capacityNanos;
  private long spentUntilNanos;

  /**
   * Creates a full bucket.
   *
   * @param perMinute the tokens per minute, 1 to 10,000,000
   */
  TokenBucket(int perMinute, long nowNanos) {
    this.nanosPerToken = MINUTE_NANOS / perMinute;
    this.capacityNanos = nanosPerToken * perMinute;
    this.spentUntilNanos = nowNanos - capacityNanos;
  }

  /** Returns the number of available tokens. */
  int available(long nowNanos) {
    return (int) Math.max(0, Math.min(capacityNanos, nowNanos - spentUntilNanos) / nanosPerToken);
  }

  boolean isFull(long nowNanos) {
    return nowNanos - spentUntilNanos >= capacityNanos;
  }

  /**
   * Takes tokens. If more are taken than available, the deficit must refill before there are more.
   */
  void acquire(int count, long nowNanos) {
    long fullNanos = nowNanos - capacityNanos;
    long startNanos = fullNanos - spentUntilNanos > 0 ? fullNanos : spentUntilNanos;
    spentUntilNanos = startNanos + count * nanosPerToken;
  }

  /**
   * Returns the time until tokens are available, in nanoseconds; 0 if they are available now. More
   * tokens than a bucket can hold beside one are available once it holds all but one.
   */
  long nanosUntil(int count, long nowNanos) {
    long needed = Math.min(count * nanosPerToken, capacityNanos - nanosPerToken);
    return Math.max(0, spentUntilNanos + needed - nowNanos);
  }

  /** Returns tokens that were taken. */
  void release(int count) {
    spentUntilNanos -= count * nanosPerToken;
  }
}
