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
  private long paceNanos;
  private long nextNanos;
  private boolean held;

  /** Holds back everything. */
  void hold() {
    change(true, delayNanos);
  }

  /** Forwards everything, after a delay. */
  void open(Duration delay) {
    change(false, delay.toNanos());
  }

  /** Forwards at most one piece in this time, of all connections. */
  void pace(Duration pace) {
    lock.lock();
    try {
      paceNanos = pace.toNanos();
      nextNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when bytes received now may be forwarded, by {@link System#nanoTime}. */
  long due() {
    return System.nanoTime() + delayNanos;
  }

  /** Waits until that time has come and nothing is held back. */
  void await(long due) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = remaining(due);
      while (held || left > 0) {
        changed.await(held ? TimeUnit.HOURS.toNanos(1) : left, TimeUnit.NANOSECONDS);
        left = remaining(due);
      }
      nextNanos = System.nanoTime() + paceNanos;
    } finally {
      lock.unlock();
    }
  }

  private long remaining(long due) {
    long now = System.nanoTime();
    return paceNanos == 0 ? due - now : Math.max(due - now, nextNanos - now);
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
