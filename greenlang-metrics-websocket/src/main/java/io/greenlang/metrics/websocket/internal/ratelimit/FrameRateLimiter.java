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

  private int reservations;

  /**
   * Creates a client's limit.
   *
   * @param perMinute the maximum frames per minute; 0 for no limit
   */
  public FrameRateLimiter(int perMinute, MetricsClock clock) {
    this.clock = clock;
    this.bucket = perMinute == 0 ? null : new TokenBucket(perMinute, clock.monotonicNanos());
  }

  /** Returns the number of frames that the client may receive now. */
  public int available() {
    return bucket == null ? Integer.MAX_VALUE : bucket.available(clock.monotonicNanos());
  }

  /** Counts frames that the client receives, even if they exceed the limit. */
  public void acquire(int frames) {
    if (bucket != null) {
      bucket.acquire(frames, clock.monotonicNanos());
    }
  }

  /** Counts frames in advance; {@link #settle} releases those that are not sent. */
  public void reserve(int frames) {
    reservations++;
    acquire(frames);
  }

  /** Ends a reservation. More frames than reserved may have been used. */
  public void settle(int reserved, int used) {
    reservations--;
    if (bucket != null) {
      bucket.release(reserved - used);
    }
  }

  /** Returns whether a reservation has not been settled yet. */
  public boolean hasReservations() {
    return reservations > 0;
  }
}
