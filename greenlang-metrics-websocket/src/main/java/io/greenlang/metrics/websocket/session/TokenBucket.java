package io.greenlang.metrics.websocket.session;

import java.util.concurrent.TimeUnit;

/**
 * So much a minute, all of it at once after a minute's silence. One number is enough: the moment up
 * to which everything is spent, which a full bucket has a minute behind it (ATM Forum's generic
 * cell rate algorithm). By monotonic time; one thread at a time.
 */
final class TokenBucket {

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final long nanosEach;
  private final long nanosAll;
  private long spentUntilNanos;

  /**
   * A full bucket.
   *
   * @param perMinute 1 to 10,000,000
   */
  TokenBucket(int perMinute, long nowNanos) {
    this.nanosEach = MINUTE_NANOS / perMinute;
    this.nanosAll = nanosEach * perMinute;
    this.spentUntilNanos = nowNanos - nanosAll;
  }

  /** How many there are now. */
  int left(long nowNanos) {
    return (int) Math.max(0, Math.min(nanosAll, nowNanos - spentUntilNanos) / nanosEach);
  }

  boolean isFull(long nowNanos) {
    return nowNanos - spentUntilNanos >= nanosAll;
  }

  /** Takes some. What was taken beyond what there was must gather before there is more. */
  void take(int count, long nowNanos) {
    long full = nowNanos - nanosAll;
    long from = full - spentUntilNanos > 0 ? full : spentUntilNanos;
    spentUntilNanos = from + count * nanosEach;
  }

  /** Puts back some of those taken. */
  void giveBack(int count) {
    spentUntilNanos -= count * nanosEach;
  }
}
