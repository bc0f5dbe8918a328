package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;

/**
 * Throttle that runs a task at every tick while it is cheap, and less often when it is not. After
 * three consecutive runs of more than {@link #CHEAP_LIMIT}, it pauses after each run for a hundred
 * times that run's duration. A single slow run means little, since the thread may have been waiting
 * for a processor.
 *
 * <p>Used for the clock frequency, for example: for each idle processor, older x86 kernels wait up
 * to 10 ms for a fresh sample. On a big machine, this would take most of every tick. Confined to
 * one thread.
 */
final class AdaptiveThrottle {

  static final Duration CHEAP_LIMIT = Duration.ofMillis(10);
  private static final int MAX_COSTLY_RUNS = 3;
  private static final int PAUSE_FACTOR = 100;

  private final MetricsClock clock;
  private int costlyRuns;
  private long endedNanos;
  private long pauseNanos;

  AdaptiveThrottle(MetricsClock clock) {
    this.clock = clock;
  }

  /** Runs a task, unless it was too expensive recently. */
  void run(Runnable task) {
    long startNanos = clock.monotonicNanos();
    if (pauseNanos > 0 && startNanos - endedNanos < pauseNanos) {
      return;
    }
    task.run();
    endedNanos = clock.monotonicNanos();
    long elapsedNanos = endedNanos - startNanos;
    costlyRuns =
        elapsedNanos > CHEAP_LIMIT.toNanos() ? Math.min(costlyRuns + 1, MAX_COSTLY_RUNS) : 0;
    pauseNanos = costlyRuns == MAX_COSTLY_RUNS ? PAUSE_FACTOR * elapsedNanos : 0;
  }
}
