package io.greenlang.metrics.redis.internal.support;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The timing of a thread's work, such as the heartbeats: once per second, and earlier on demand,
 * but not more often than ten times per second. Thread-safe.
 */
public final class IntervalTimer {

  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The minimum delay between two runs on demand. */
  private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean wakeUpRequested;
  private boolean closed;

  /** Makes the next run due 100 ms after the wait for it began, or now if that has passed. */
  public void wakeUp() {
    lock.lock();
    try {
      wakeUpRequested = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the runs. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the next run is due; returns false if the timer was closed. */
  public boolean awaitNext() throws InterruptedException {
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
