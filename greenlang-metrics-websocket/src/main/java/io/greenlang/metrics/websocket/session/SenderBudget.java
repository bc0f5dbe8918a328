package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How many messages a subject may send, over all its connections. Any thread. */
final class SenderBudget {

  /** What becomes of a message. */
  enum Verdict {
    WITHIN,
    /** It is too many. */
    OVER,
    /** It is too many, and for three minutes there was none without. */
    OVER_FOR_LONG
  }

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long PATIENCE_NANOS = 3 * MINUTE_NANOS;

  final String subject;
  private final MetricsClock clock;

  /** Null if it may send any number. */
  private final @Nullable TokenBucket bucket;

  private boolean over;
  private long overSinceNanos;
  private long lastOverNanos;

  /** How many connections send on this. Under the lock of {@link SenderBudgets}. */
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
      if (!over || now - lastOverNanos > MINUTE_NANOS) {
        over = true;
        overSinceNanos = now;
      }
      lastOverNanos = now;
      return now - overSinceNanos >= PATIENCE_NANOS ? Verdict.OVER_FOR_LONG : Verdict.OVER;
    }
  }

  /** Takes back that a message was counted. */
  void giveBack() {
    if (bucket != null) {
      synchronized (bucket) {
        bucket.giveBack(1);
      }
    }
  }

  /** Whether forgetting it would make no difference. */
  boolean isFresh() {
    if (bucket == null) {
      return true;
    }
    synchronized (bucket) {
      return bucket.isFull(clock.nanoTime());
    }
  }
}
