package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Totals and recent durations of one {@link OperationStats}, drained from it at each collection.
 * The durations of the window are kept in mergeable histograms: at most {@value #SLOTS} slots plus
 * the one being filled, however often the recording is drained. Confined to one thread.
 */
final class SlidingWindow {

  private static final int SLOTS = 24;

  /** Over a shorter period, a rate is meaningless. */
  private static final long MIN_RATE_NANOS = 500_000_000L;

  /**
   * The operations that ended between two drains, or between several drains in quick succession.
   */
  private static final class Slot {
    final Aggregate succeeded = BuiltInAggregator.HISTOGRAMS.create();
    final Aggregate failed = BuiltInAggregator.HISTOGRAMS.create();
    long startNanos;
    long endNanos;

    Slot(long startNanos) {
      this.startNanos = startNanos;
    }

    long count() {
      return succeeded.count() + failed.count();
    }
  }

  private final long windowNanos;
  private final long recorderStartNanos;
  private final Deque<Slot> slots = new ArrayDeque<>();
  private Slot current;
  private long drainedNanos;
  private long successful;
  private long failed;

  /**
   * Creates an empty history.
   *
   * @param recorderStartNanos when the recorder started, whatever the name
   * @param nowNanos when this recording starts
   */
  SlidingWindow(long windowNanos, long recorderStartNanos, long nowNanos) {
    this.windowNanos = windowNanos;
    this.recorderStartNanos = recorderStartNanos;
    this.drainedNanos = nowNanos;
    this.current = new Slot(nowNanos);
  }

  /** Drains the operations recorded since the previous drain and returns the resulting summary. */
  OperationSummary drain(OperationStats recording, long nowNanos) {
    if (current.count() == 0) {
      current.startNanos = drainedNanos;
    } else if (nowNanos - current.startNanos > windowNanos / SLOTS) {
      slots.addLast(current);
      current = new Slot(drainedNanos);
    }
    long successfulBefore = current.succeeded.count();
    long failedBefore = current.failed.count();
    recording.drainTo(current.succeeded, current.failed);
    successful += current.succeeded.count() - successfulBefore;
    failed += current.failed.count() - failedBefore;
    current.endNanos = nowNanos;
    drainedNanos = nowNanos;
    while (!slots.isEmpty() && nowNanos - slots.getFirst().endNanos >= windowNanos) {
      slots.removeFirst();
    }
    return summary(recording, nowNanos);
  }

  private OperationSummary summary(OperationStats recording, long nowNanos) {
    OperationSummary summary = new OperationSummary();
    summary.successful = successful;
    summary.failed = failed;
    // Read after draining the ended operations, so that none has ended without being counted as
    // started.
    summary.running = recording.startedCount() - successful - failed;
    summary.pending = Math.max(0, recording.pendingCount());
    summary.errors = recording.errorCount();
    slots.forEach(slot -> add(slot, summary));
    add(current, summary);
    long coveredNanos = coveredNanos(nowNanos);
    summary.perSecond =
        coveredNanos < MIN_RATE_NANOS ? Double.NaN : summary.recent() * 1e9 / coveredNanos;
    return summary;
  }

  private static void add(Slot slot, OperationSummary summary) {
    if (slot.count() > 0) {
      summary.recentSuccessful += slot.succeeded.count();
      summary.recentFailed += slot.failed.count();
      summary.durations.appendLater(slot.succeeded);
      summary.durations.appendLater(slot.failed);
    }
  }

  /**
   * Returns the period that the rate covers. The oldest slot may begin before the window, in which
   * case the period is longer than the window.
   */
  private long coveredNanos(long nowNanos) {
    Slot oldest = slots.isEmpty() ? current : slots.getFirst();
    long period = Math.max(windowNanos, oldest.count() == 0 ? 0 : nowNanos - oldest.startNanos);
    return Math.min(nowNanos - recorderStartNanos, period);
  }
}
