package io.greenlang.metrics.websocket.internal.ratelimit;

import io.greenlang.metrics.MetricsClock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rate limits of all subjects, so that a client does not get a new limit by reconnecting.
 * Memory is bounded: there is one limit per connected subject, plus the last {@value #MAX_IDLE}
 * limits of disconnected subjects that are not yet full again. Thread-safe.
 */
public final class MessageRateLimiters {

  private static final int MAX_IDLE = 10_000;

  private final int perMinute;
  private final MetricsClock clock;
  private final Map<String, Limiter> bySubject = new HashMap<>();

  /** The limits without a connection, longest idle first. */
  private final Map<String, Limiter> idle = new LinkedHashMap<>();

  /**
   * Creates an empty registry.
   *
   * @param perMinute the limit per subject and minute; 0 for no limit
   */
  public MessageRateLimiters(int perMinute, MetricsClock clock) {
    this.perMinute = perMinute;
    this.clock = clock;
  }

  /**
   * Counts one event of a subject that has no lasting connection; returns false if it exceeds the
   * limit.
   */
  public boolean tryAcquire(String subject) {
    Limiter limiter = attach(subject);
    boolean acquired = limiter.tryAcquire() == Outcome.ACQUIRED;
    detach(limiter);
    return acquired;
  }

  /** Reverts the count of one event that did not take place. */
  public void release(String subject) {
    Limiter limiter = attach(subject);
    limiter.release();
    detach(limiter);
  }

  /** Returns the limit of a subject and adds one user. */
  public synchronized Limiter attach(String subject) {
    Limiter limiter = bySubject.computeIfAbsent(subject, s -> new Limiter(s, perMinute, clock));
    limiter.connections++;
    idle.remove(subject);
    return limiter;
  }

  /** Removes one user from a limit. */
  public synchronized void detach(Limiter limiter) {
    if (--limiter.connections == 0) {
      idle.put(limiter.subject, limiter);
      evictIdle();
    }
  }

  /** Returns the number of limits. */
  synchronized int size() {
    return bySubject.size();
  }

  private void evictIdle() {
    Iterator<Limiter> longestIdle = idle.values().iterator();
    while (longestIdle.hasNext()) {
      Limiter limiter = longestIdle.next();
      if (!limiter.isFull() && idle.size() <= MAX_IDLE) {
        return;
      }
      longestIdle.remove();
      bySubject.remove(limiter.subject);
    }
  }

  /** The outcome for one message. */
  public enum Outcome {
    /** The message is within the limit. */
    ACQUIRED,
    /** The message exceeds the limit. */
    LIMITED,
    /**
     * The message exceeds the limit, and no minute of the last three was without such a message.
     */
    LIMITED_TOO_LONG
  }

  /** A rate limit on the messages of one subject, across all of its connections. Thread-safe. */
  public static final class Limiter {

    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long MAX_LIMITED_NANOS = 3 * MINUTE_NANOS;

    private final String subject;
    private final MetricsClock clock;
    private final int perMinute;

    /** Null if there is no limit. */
    private final @Nullable TokenBucket bucket;

    private boolean limited;
    private long limitedSinceNanos;
    private long lastLimitedNanos;

    /** The number of connections that share this limit. Guarded by the registry. */
    private int connections;

    private Limiter(String subject, int perMinute, MetricsClock clock) {
      this.subject = subject;
      this.clock = clock;
      this.perMinute = perMinute;
      this.bucket = perMinute == 0 ? null : new TokenBucket(perMinute, clock.monotonicNanos());
    }

    /** Returns the subject of this limit. */
    public String subject() {
      return subject;
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
        return onLimited(now);
      }
    }

    private Outcome onLimited(long nowNanos) {
      if (!limited || nowNanos - lastLimitedNanos > MINUTE_NANOS) {
        limited = true;
        limitedSinceNanos = nowNanos;
      }
      lastLimitedNanos = nowNanos;
      return nowNanos - limitedSinceNanos >= MAX_LIMITED_NANOS
          ? Outcome.LIMITED_TOO_LONG
          : Outcome.LIMITED;
    }

    /**
     * Takes the price of a message in excess of the token that it took already.
     *
     * @return 0 if the tokens were taken; otherwise the time after which a new attempt can succeed,
     *     in nanoseconds
     */
    public long tryCharge(int tokens) {
      if (bucket == null) {
        return 0;
      }
      long now = clock.monotonicNanos();
      synchronized (bucket) {
        long waitNanos = bucket.nanosUntil(tokens, now);
        if (waitNanos == 0) {
          bucket.acquire(tokens, now);
          return 0;
        }
        return waitNanos + MINUTE_NANOS / perMinute; // the new attempt costs a token, too
      }
    }

    /**
     * Replaces a charge by the final price. A price above the charge becomes a deficit, which must
     * refill before there are more tokens.
     */
    public void settle(int charged, int price) {
      if (bucket == null) {
        return;
      }
      synchronized (bucket) {
        if (price > charged) {
          bucket.acquire(price - charged, clock.monotonicNanos());
        } else {
          bucket.release(charged - price);
        }
      }
    }

    private void release() {
      if (bucket != null) {
        synchronized (bucket) {
          bucket.release(1);
        }
      }
    }

    /** Returns whether this limit is indistinguishable from a new one, so it can be discarded. */
    private boolean isFull() {
      if (bucket == null) {
        return true;
      }
      synchronized (bucket) {
        return bucket.isFull(clock.monotonicNanos());
      }
    }
  }
}
