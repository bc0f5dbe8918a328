package io.greenlang.metrics.collectors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks after the sources of a running collector now and then, on a thread of its own. */
final class HangWatch {

  static final Duration EVERY = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "metric-collector-watch");
            thread.setDaemon(true);
            return thread;
          });

  /** Begins to watch. */
  HangWatch(List<SourceWorker.Run> runs, Duration every) {
    List<SourceWorker.Run> watched = List.copyOf(runs);
    timer.scheduleAtFixedRate(
        () -> watched.forEach(SourceWorker.Run::reportHang),
        every.toNanos(),
        every.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  void stop() {
    timer.shutdownNow();
  }
}
