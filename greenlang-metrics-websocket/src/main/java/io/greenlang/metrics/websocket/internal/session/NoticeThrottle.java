package io.greenlang.metrics.websocket.internal.session;

import java.util.concurrent.atomic.AtomicLong;

/** A throttle that allows one notice per interval. Thread-safe. */
final class NoticeThrottle {

  private final long intervalNanos;
  private final AtomicLong nextNanos;

  NoticeThrottle(long intervalNanos, long nowNanos) {
    this.intervalNanos = intervalNanos;
    this.nextNanos = new AtomicLong(nowNanos);
  }

  /** Returns whether a notice is allowed now. The next one is allowed an interval later. */
  boolean tryAcquire(long nowNanos) {
    long next = nextNanos.get();
    return nowNanos - next >= 0 && nextNanos.compareAndSet(next, nowNanos + intervalNanos);
  }
}
