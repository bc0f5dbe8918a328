package io.greenlang.metrics.collectors;

import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.internal.schedule.SourceRunner;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Clock that advances only when a test moves it, and wakes the sources that wait for it. */
public final class ManualSleeper implements MetricsClock, SourceRunner.Sleeper {

  static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  /** Makes monotonic time overflow within the first second, as it may. */
  private static final long ORIGIN = Long.MAX_VALUE - 500_000_000L;

  /** A timeout that is longer than any step takes, on a machine that many processes share. */
  static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ManualClock clock = new ManualClock(START, ORIGIN);
  private final Map<Thread, Long> dueByWaiter = new HashMap<>();

  @Override
  public long wallTimeMillis() {
    return clock.wallTimeMillis();
  }

  /** Steps the wall clock, as an operator or NTP does; monotonic time is unaffected. */
  void stepWallTime(Duration step) {
    clock.stepWallTime(step);
  }

  @Override
  public long monotonicNanos() {
    return clock.monotonicNanos();
  }

  @Override
  public synchronized void sleepUntil(long dueNanos) throws InterruptedException {
    Thread self = Thread.currentThread();
    try {
      while (dueNanos - monotonicNanos() > 0) {
        dueByWaiter.put(self, dueNanos);
        wait();
      }
    } finally {
      dueByWaiter.remove(self);
    }
  }

  /** Advances the time and wakes the sources whose next tick is due. */
  public synchronized void advance(Duration step) {
    clock.advance(step);
    // Done here rather than by the waiters themselves: awaitSleepers must not see a waiter that is
    // about to continue.
    dueByWaiter.values().removeIf(due -> due - monotonicNanos() <= 0);
    notifyAll();
  }

  private synchronized int waiting() {
    return dueByWaiter.size();
  }

  /** Waits until {@code threads} workers have finished their tick and wait for the next one. */
  void awaitSleepers(int threads) {
    await()
        .atMost(TIMEOUT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> waiting() == threads);
  }

  /** Runs {@code threads} workers for {@code ticks} more ticks, one tick at a time. */
  void runTicks(int ticks, Duration interval, int threads) {
    for (int i = 0; i < ticks; i++) {
      awaitSleepers(threads);
      advance(interval);
    }
    awaitSleepers(threads);
  }
}
