package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A rate limit on the messages of one subject, across all of its connections. Thread-safe. */
final class SenderBudget {

  /** The outcome for one message. */
  enum Verdict {
    WITHIN,
    /** The message exceeds the limit. */
    OVER,
    /**
     * The message exceeds the limit, and no minute of the last three was without such a message.
     */
    OVER_FOR_LONG
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

  /** The number of connections that share this limit. Guarded by {@link SenderBudgets}. */
  int users;

  SenderBudget(String subject, int perMinute, MetricsClock clock) {
    this.subject = subject;
    this.clock = clock;
    this.bucket = perMinute == 0 ? null : new TokenBucket(perMinute, clock.nanoTime());
  }

  /** Counts a message. */
  Verdict spend() {
    if (bucket == null) {
      return Verdict.WITHIN;
    }
    long now = clock.nanoTime();
    synchronized (bucket) {
      if (bucket.left(now) > 0) {
        bucket.take(1, now);
        return Verdict.WITHIN;
      }
      if (!limited || now - lastLimitedNanos > MINUTE_NANOS) {
        limited = true;
        limitedSinceNanos = now;
      }
      lastLimitedNanos = now;
      return now - limitedSinceNanos >= MAX_LIMITED_NANOS ? Verdict.OVER_FOR_LONG : Verdict.OVER;
    }
  }

  /** Reverts the count of one message. */
  void giveBack() {
    if (bucket != null) {
      synchronized (bucket) {
        bucket.giveBack(1);
      }
    }
  }

  /** Returns whether this limit is indistinguishable from a new one, so it can be discarded. */
  boolean isFresh() {
    if (bucket == null) {
      return true;
    }
    synchronized (bucket) {
      return bucket.isFull(clock.nanoTime());
    }
  }
}
