package io.greenlang.metrics.collectors;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was drained out of one recording: totals since the beginning, and the durations of the last
 * window in mergeable histograms, of which there are at most {@value #SLOTS} and the one being
 * filled, however often it is drained. One thread.
 */
final class RecordingHistory {

  private static final int SLOTS = 24;

  /** Below this a rate says nothing. */
  private static final long LEAST_NANOS = 500_000_000L;

  /** What ended from one drain, or a few in quick succession, to another. */
  private static final class Slot {
    final Aggregate succeeded = Aggregator.histograms().create();
    final Aggregate failed = Aggregator.histograms().create();
    long beginNanos;
    long endNanos;

    Slot(long beginNanos) {
      this.beginNanos = beginNanos;
    }

    long count() {
      return succeeded.count() + failed.count();
    }
  }

  private final long windowNanos;
  private final long recorderSinceNanos;
  private final Deque<Slot> slots = new ArrayDeque<>();
  private Slot filling;
  private long drainedNanos;
  private long successful;
  private long failed;

  /**
   * @param recorderSinceNanos when recording began, of whatever name
   * @param nowNanos when this recording begins
   */
  RecordingHistory(long windowNanos, long recorderSinceNanos, long nowNanos) {
    this.windowNanos = windowNanos;
    this.recorderSinceNanos = recorderSinceNanos;
    this.drainedNanos = nowNanos;
    this.filling = new Slot(nowNanos);
  }

  /** Takes what was recorded since the last time, and tells where that leaves us. */
  Summary drain(Recording recording, long nowNanos) {
    if (filling.count() == 0) {
      filling.beginNanos = drainedNanos;
    } else if (nowNanos - filling.beginNanos > windowNanos / SLOTS) {
      slots.addLast(filling);
      filling = new Slot(drainedNanos);
    }
    long successfulBefore = filling.succeeded.count();
    long failedBefore = filling.failed.count();
    recording.drainTo(filling.succeeded, filling.failed);
    successful += filling.succeeded.count() - successfulBefore;
    failed += filling.failed.count() - failedBefore;
    filling.endNanos = nowNanos;
    drainedNanos = nowNanos;
    while (!slots.isEmpty() && nowNanos - slots.getFirst().endNanos >= windowNanos) {
      slots.removeFirst();
    }
    return summary(recording, nowNanos);
  }

  private Summary summary(Recording recording, long nowNanos) {
    Summary summary = new Summary();
    summary.successful = successful;
    summary.failed = failed;
    // Asked for after what has ended was taken, so that nothing has ended and not been started.
    summary.running = recording.startedSoFar() - successful - failed;
    summary.pending = Math.max(0, recording.pendingNow());
    summary.errors = recording.errorsSoFar();
    slots.forEach(slot -> add(slot, summary));
    add(filling, summary);
    long covered = coveredNanos(nowNanos);
    summary.perSecond = covered < LEAST_NANOS ? Double.NaN : summary.recent() * 1e9 / covered;
    return summary;
  }

  private static void add(Slot slot, Summary summary) {
    if (slot.count() > 0) {
      summary.recentSuccessful += slot.succeeded.count();
      summary.recentFailed += slot.failed.count();
      summary.durations.append(slot.succeeded);
      summary.durations.append(slot.failed);
    }
  }

  /** The oldest slot may reach back beyond the window, and then that is what it is a rate over. */
  private long coveredNanos(long nowNanos) {
    Slot oldest = slots.isEmpty() ? filling : slots.getFirst();
    long reach = Math.max(windowNanos, oldest.count() == 0 ? 0 : nowNanos - oldest.beginNanos);
    return Math.min(nowNanos - recorderSinceNanos, reach);
  }
}
