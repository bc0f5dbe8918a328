package io.greenlang.metrics.websocket.internal.ratelimit;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A rate limit on the messages of one subject, across all of its connections. Thread-safe. */
public final class MessageRateLimiter {

  /** The outcome for one message. */
  public enum Outcome {
    ACQUIRED,
    /** The message exceeds the limit. */
    LIMITED,
    /**
     * The message exceeds the limit, and no minute of the last three was without such a message.
     */
    LIMITED_TOO_LONG
  }

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long MAX_LIMITED_NANOS = 3 * MINUTE_NANOS;

  final String subject;
  private final MetricsClock clock;

  /** Null if there is no limit. */
  private final @Nullable TokenBucket bucket;

  private boolean limited;
  private long limitedSinceNanos;
  private long lastLimitedNanos;

  /** The number of connections that share this limit. Guarded by {@link MessageRateLimiters}. */
  int connections;

  MessageRateLimiter(String subject, int perMinute, MetricsClock clock) {
    this.subject = subject;
    this.clock = clock;
    this.bucket = perMinute == 0 ? null : new TokenBucket(perMinute, clock.monotonicNanos());
  }

  /** Counts a message. */
  public Outcome tryAcquire() {
    if (bucket == null) {
      return Outcome.ACQUIRED;
    }
    long now = clock.monotonicNanos();
    synchronized (bucket) {
      if (bucket.available(now) > 0) {
        bucket.acquire(1, now);
        return Outcome.ACQUIRED;
      }
      if (!limited || now - lastLimitedNanos > MINUTE_NANOS) {
        limited = true;
        limitedSinceNanos = now;
      }
      lastLimitedNanos = now;
      return now - limitedSinceNanos >= MAX_LIMITED_NANOS
          ? Outcome.LIMITED_TOO_LONG
          : Outcome.LIMITED;
    }
  }

  /** Reverts the count of one message. */
  void release() {
    if (bucket != null) {
      synchronized (bucket) {
        bucket.release(1);
      }
    }
  }

  /** Returns whether this limit is indistinguishable from a new one, so it can be discarded. */
  boolean isFull() {
    if (bucket == null) {
      return true;
    }
    synchronized (bucket) {
      return bucket.isFull(clock.monotonicNanos());
    }
  }
}
