package io.greenlang.metrics.websocket.internal.ratelimit;

import io.greenlang.metrics.MetricsClock;
import org.jspecify.annotations.Nullable;

/**
 * A rate limit on the metric frames that one client receives. Confined to the client's I/O thread.
 */
public final class FrameRateLimiter {

  private final MetricsClock clock;

  /** Null if there is no limit. */
  private final @Nullable TokenBucket bucket;

  /**
   * Creates a client's limit.
   *
   * @param perMinute the maximum frames per minute; 0 for no limit
   */
  public FrameRateLimiter(int perMinute, MetricsClock clock) {
    this.clock = clock;
    this.bucket = perMinute == 0 ? null : new TokenBucket(perMinute, clock.monotonicNanos());
  }

  public int available() {
    return bucket == null ? Integer.MAX_VALUE : bucket.available(clock.monotonicNanos());
  }

  public void acquire(int frames) {
    if (bucket != null) {
      bucket.acquire(frames, clock.monotonicNanos());
    }
  }

  public void release(int frames) {
    if (bucket != null) {
      bucket.release(frames);
    }
  }
}
