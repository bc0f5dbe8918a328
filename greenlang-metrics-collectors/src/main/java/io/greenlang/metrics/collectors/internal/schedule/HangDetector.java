package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.internal.util.NamedThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Watchdog that periodically checks the sources of a running collector for hangs, on its own
 * thread.
 */
public final class HangDetector {

  /** The usual interval between two checks. */
  public static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(NamedThreads.single("metric-collector-watch"));

  /** Starts checking. */
  public HangDetector(List<SourceRunner.Run> runs, Duration interval) {
    List<SourceRunner.Run> watchedRuns = List.copyOf(runs);
    timer.scheduleAtFixedRate(
        () -> watchedRuns.forEach(SourceRunner.Run::reportHang),
        interval.toNanos(),
        interval.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /** Stops checking. */
  public void stop() {
    timer.shutdownNow();
  }
}
