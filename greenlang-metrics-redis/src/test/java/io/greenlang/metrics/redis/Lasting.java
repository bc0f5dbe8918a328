package io.greenlang.metrics.redis;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Time for a trouble to be told more often than once, if it is. */
final class Lasting {

  /** More than a heartbeat: whatever is tried again was. */
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1_700);

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private Lasting() {}

  /** Goes on publishing for a while, and sees that each instance delivers its own. */
  static void publishThrough(Instance... instances) {
    int before = Arrays.stream(instances).mapToInt(each -> each.values().size()).max().orElse(0);
    int published = 0;
    long until = System.nanoTime() + NANOS;
    while (System.nanoTime() < until) {
      for (Instance each : instances) {
        each.publish(1_000_000 + published);
      }
      published++;
      LockSupport.parkNanos(STEP_NANOS);
    }
    for (Instance each : instances) {
      each.awaitValues(before + published);
    }
  }
}
