package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import org.jspecify.annotations.Nullable;

/** How many metric frames a client may get. On its I/O thread. */
final class FrameBudget {

  private final MetricsClock clock;

  /** Null if it may get any number. */
  private final @Nullable TokenBucket bucket;

  /**
   * A client's.
   *
   * @param perMinute 0 for any number
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
