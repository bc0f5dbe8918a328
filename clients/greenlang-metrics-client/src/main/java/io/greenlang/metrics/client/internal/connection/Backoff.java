package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;

/**
 * Exponential backoff with full jitter. The delay before the n-th attempt is uniformly distributed
 * between 0 and the base times 2ⁿ.
 *
 * <p>Full jitter spreads out reconnecting clients. If a thousand clients lost one server and each
 * waited the full second, they would all reconnect at once.
 */
final class Backoff {

  /** The exponent from which on the limit is always the maximum. */
  private static final int MAX_EXPONENT = 62;

  private final Duration base;
  private final Duration max;
  private final EventLoop loop;
  private int attempts;

  Backoff(Duration base, Duration max, EventLoop loop) {
    this.base = base;
    this.max = max;
    this.loop = loop;
  }

  /** Returns the number of consecutive failed attempts. */
  int attempts() {
    return attempts;
  }

  /** Counts another failure and returns the delay before the next attempt. */
  Duration next() {
    double limit =
        Math.min(
            (double) max.toNanos(), base.toNanos() * Math.pow(2, Math.min(attempts, MAX_EXPONENT)));
    attempts++;
    return Duration.ofNanos((long) (loop.random() * limit));
  }
}
