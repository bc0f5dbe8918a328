package io.greenlang.metrics.collectors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Watchdog that periodically checks the sources of a running collector for hangs, on its own
 * thread.
 */
final class HangWatch {

  static final Duration EVERY = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "metric-collector-watch");
            thread.setDaemon(true);
            return thread;
          });

  /** Starts checking. */
  HangWatch(List<SourceWorker.Run> runs, Duration interval) {
    List<SourceWorker.Run> watched = List.copyOf(runs);
    timer.scheduleAtFixedRate(
        () -> watched.forEach(SourceWorker.Run::reportHang),
        interval.toNanos(),
        interval.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  void stop() {
    timer.shutdownNow();
  }
}
