package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import org.jspecify.annotations.Nullable;

/**
 * A rate limit on the metric frames that one client receives. Confined to the client's I/O thread.
 */
final class FrameBudget {

  private final MetricsClock clock;

  /** Null if there is no limit. */
  private final @Nullable TokenBucket bucket;

  /**
   * Creates a client's limit.
   *
   * @param perMinute the maximum frames per minute; 0 for no limit
   */
  FrameBudget(int perMinute, MetricsClock clock) {
    this.clock = clock;
    this.bucket = perMinute == 0 ? null : new TokenBucket(perMinute, clock.nanoTime());
  }

  int left() {
    return bucket == null ? Integer.MAX_VALUE : bucket.left(clock.nanoTime());
  }

  void take(int frames) {
    if (bucket != null) {
      bucket.take(frames, clock.nanoTime());
    }
  }

  void giveBack(int frames) {
    if (bucket != null) {
      bucket.giveBack(frames);
    }
  }
}
