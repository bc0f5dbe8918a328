package io.greenlang.metrics.collectors;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was drained out of one recording: totals since the beginning, and the durations of the last
 * window, kept as one mergeable histogram for each collection. Bounded by the window: it holds as
 * many as there are collections in it. One thread.
 */
final class RecordingHistory {

  private record Slot(long endNanos, Aggregate succeeded, Aggregate failed) {}

  private final long windowNanos;
  private final Deque<Slot> slots = new ArrayDeque<>();
  private long successful;
  private long failed;

  RecordingHistory(long windowNanos) {
    this.windowNanos = windowNanos;
  }

  /** Takes what was recorded since the last time, and tells where that leaves us. */
  Summary drain(Recording recording, long nowNanos) {
    Aggregate succeededNow = Aggregator.histograms().create();
    Aggregate failedNow = Aggregator.histograms().create();
    recording.drainTo(succeededNow, failedNow);
    successful += succeededNow.count();
    failed += failedNow.count();
    if (succeededNow.count() + failedNow.count() > 0) {
      slots.addLast(new Slot(nowNanos, succeededNow, failedNow));
    }
    while (!slots.isEmpty() && nowNanos - slots.getFirst().endNanos >= windowNanos) {
      slots.removeFirst();
    }
    return summary(recording);
  }

  private Summary summary(Recording recording) {
    Summary summary = new Summary();
    summary.successful = successful;
    summary.failed = failed;
    // Asked for after what has ended was taken, so that nothing has ended and not been started.
    summary.running = recording.startedSoFar() - successful - failed;
    summary.pending = Math.max(0, recording.pendingNow());
    summary.errors = recording.errorsSoFar();
    for (Slot slot : slots) {
      summary.recentSuccessful += slot.succeeded.count();
      summary.recentFailed += slot.failed.count();
      summary.durations.append(slot.succeeded);
      summary.durations.append(slot.failed);
    }
    return summary;
  }
}
