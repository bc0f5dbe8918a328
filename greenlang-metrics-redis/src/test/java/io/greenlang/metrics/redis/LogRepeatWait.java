package io.greenlang.metrics.redis;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Lets a failure last long enough to be logged more than once, if that were a bug. */
final class LogRepeatWait {

  /** More than one heartbeat, so that every retry has happened. */
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1_700);

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private LogRepeatWait() {}

  /** Keeps publishing for a while, and checks that each instance delivers its own publications. */
  static void publishThrough(Instance... instances) {
    int delivered =
        Arrays.stream(instances).mapToInt(instance -> instance.values().size()).max().orElse(0);
    int published = 0;
    long until = System.nanoTime() + NANOS;
    while (System.nanoTime() < until) {
      for (Instance instance : instances) {
        instance.publish(1_000_000 + published);
      }
      published++;
      LockSupport.parkNanos(STEP_NANOS);
    }
    for (Instance instance : instances) {
      instance.awaitValues(delivered + published);
    }
  }
}
