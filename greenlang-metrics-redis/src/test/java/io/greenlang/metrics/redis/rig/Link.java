package io.greenlang.metrics.redis.rig;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One direction of a proxy's connections: when what has come in may go on. Any thread. */
final class Link {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile long delayNanos;
  private boolean held;

  /** Nothing goes on. */
  void hold() {
    change(true, delayNanos);
  }

  /** Everything goes on, after a delay. */
  void open(Duration delay) {
    change(false, delay.toNanos());
  }

  /** When what comes in now may go on, by {@link System#nanoTime}. */
  long due() {
    return System.nanoTime() + delayNanos;
  }

  /** Returns when that time has come and nothing is held. */
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

  private void change(boolean nowHeld, long nowDelayNanos) {
    lock.lock();
    try {
      held = nowHeld;
      delayNanos = nowDelayNanos;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
