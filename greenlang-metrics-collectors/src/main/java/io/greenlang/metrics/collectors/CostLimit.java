package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;

/**
 * Runs something at every tick while it is cheap, and more rarely when it is not: once three runs
 * in a row took longer than {@link #CHEAP}, it rests after each for a hundred times as long. One
 * slow run means little, since the thread may just have waited for a processor.
 *
 * <p>Made for the clock frequency: older x86 kernels wait up to 10 ms for a fresh sample of each
 * idle processor that is asked, which on a big machine would be most of every tick. One thread.
 */
final class CostLimit {

  static final Duration CHEAP = Duration.ofMillis(10);
  private static final int PATIENCE = 3;
  private static final int REST_FACTOR = 100;

  private final MetricsClock clock;
  private int costlyInARow;
  private long endedNanos;
  private long restNanos;

  CostLimit(MetricsClock clock) {
    this.clock = clock;
  }

  void run(Runnable reading) {
    long began = clock.nanoTime();
    if (restNanos > 0 && began - endedNanos < restNanos) {
      return;
    }
    reading.run();
    endedNanos = clock.nanoTime();
    long took = endedNanos - began;
    costlyInARow = took > CHEAP.toNanos() ? Math.min(costlyInARow + 1, PATIENCE) : 0;
    restNanos = costlyInARow == PATIENCE ? REST_FACTOR * took : 0;
  }
}
