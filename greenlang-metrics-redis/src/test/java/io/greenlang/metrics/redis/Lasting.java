package io.greenlang.metrics.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Time for a trouble to be told more often than once, if it is. */
final class Lasting {

  /** Three heartbeats: whatever is tried again was. */
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(3_200);

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private Lasting() {}

  /** Goes on publishing for three seconds, and sees that all of it is delivered here. */
  static void publishThrough(Instance instance) {
    int published = instance.values().size();
    long until = System.nanoTime() + NANOS;
    while (System.nanoTime() < until) {
      instance.publish(1_000_000 + published++);
      LockSupport.parkNanos(STEP_NANOS);
    }
    instance.awaitValues(published);
  }
}
