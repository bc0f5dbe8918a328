package io.greenlang.metrics.redis.internal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The timing of the heartbeats: one per second, and earlier on demand, but not more often than ten
 * per second. Thread-safe.
 */
final class HeartbeatTimer {

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The minimum delay between two on-demand heartbeats. */
  private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean wakeUpRequested;
  private boolean closed;

  /** Makes the next heartbeat due at once. */
  void wakeUp() {
    lock.lock();
    try {
      wakeUpRequested = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the heartbeats. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the next heartbeat is due; returns false if the timer was closed. */
  boolean awaitNext() throws InterruptedException {
    lock.lock();
    try {
      long start = System.nanoTime();
      long left = intervalNanos();
      while (!closed && left > 0) {
        changed.awaitNanos(left);
        left = intervalNanos() - (System.nanoTime() - start);
      }
      wakeUpRequested = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private long intervalNanos() {
    return wakeUpRequested ? MIN_INTERVAL_NANOS : INTERVAL_NANOS;
  }
}
