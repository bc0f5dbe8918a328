package io.greenlang.metrics.testkit.security;

import java.util.concurrent.locks.LockSupport;

/**
 * The pace of a thread that works at a steady rate, beginning at once. A thread that did not run
 * for a while continues at its rate: it does not catch up. Used by one thread.
 */
final class Pace {

  private final long periodNanos;
  private long dueNanos;

  Pace(long periodNanos) {
    this.periodNanos = periodNanos;
    this.dueNanos = System.nanoTime() - periodNanos;
  }

  /** Waits until the next work is due. */
  void awaitNext() {
    dueNanos = Math.max(dueNanos, System.nanoTime() - periodNanos) + periodNanos;
    long waitNanos = dueNanos - System.nanoTime();
    while (waitNanos > 0) {
      LockSupport.parkNanos(waitNanos);
      waitNanos = dueNanos - System.nanoTime();
    }
  }
}
