package io.greenlang.metrics.redis.rig;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction of a proxy's connections, which decides when received bytes may be forwarded.
 * Thread-safe.
 */
final class Link {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile long delayNanos;
  private boolean held;

  /** Holds back everything. */
  void hold() {
    change(true, delayNanos);
  }

  /** Forwards everything, after a delay. */
  void open(Duration delay) {
    change(false, delay.toNanos());
  }

  /** Returns when bytes received now may be forwarded, by {@link System#nanoTime}. */
  long due() {
    return System.nanoTime() + delayNanos;
  }

  /** Waits until that time has come and nothing is held back. */
  void await(long due) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = due - System.nanoTime();
      while (held || left > 0) {
        changed.await(held ? TimeUnit.HOURS.toNanos(1) : left, TimeUnit.NANOSECONDS);
        left = due - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  private void change(boolean newHeld, long newDelayNanos) {
    lock.lock();
    try {
      held = newHeld;
      delayNanos = newDelayNanos;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
