package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Totals and recent durations of one {@link OperationStats}, drained from it at each collection.
 * The durations of the window are kept in mergeable histograms: at most {@value #SLOTS} slots plus
 * the one being filled, however often the statistics are drained. Confined to one thread.
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
   * Creates an empty window.
   *
   * @param recorderStartNanos when the recorder started, whatever the name
   * @param nowNanos when this operation was first recorded
   */
  SlidingWindow(long windowNanos, long recorderStartNanos, long nowNanos) {
    this.windowNanos = windowNanos;
    this.recorderStartNanos = recorderStartNanos;
    this.drainedNanos = nowNanos;
    this.current = new Slot(nowNanos);
  }

  /** Drains the operations that have ended since the previous drain. */
  void drain(OperationStats stats, long nowNanos) {
    openSlot(nowNanos);
    long successfulBefore = current.succeeded.count();
    long failedBefore = current.failed.count();
    stats.drainTo(current.succeeded, current.failed);
    successful += current.succeeded.count() - successfulBefore;
    failed += current.failed.count() - failedBefore;
    current.endNanos = nowNanos;
    drainedNanos = nowNanos;
    while (!slots.isEmpty() && nowNanos - slots.getFirst().endNanos >= windowNanos) {
      slots.removeFirst();
    }
  }

  /** Replaces the current slot if it is full, so that it covers at most one part of the window. */
  private void openSlot(long nowNanos) {
    if (current.count() == 0) {
      current.startNanos = drainedNanos;
    } else if (nowNanos - current.startNanos > windowNanos / SLOTS) {
      slots.addLast(current);
      current = new Slot(drainedNanos);
    }
  }

  /** Adds the totals, the recent durations and the rate to {@code snapshot}. */
  void writeTo(OperationSnapshot snapshot) {
    snapshot.successful = successful;
    snapshot.failed = failed;
    slots.forEach(slot -> add(slot, snapshot));
    add(current, snapshot);
    long coveredNanos = coveredNanos(drainedNanos);
    snapshot.perSecond =
        coveredNanos < MIN_RATE_NANOS ? Double.NaN : snapshot.recent() * 1e9 / coveredNanos;
  }

  private static void add(Slot slot, OperationSnapshot snapshot) {
    if (slot.count() > 0) {
      snapshot.recentSuccessful += slot.succeeded.count();
      snapshot.recentFailed += slot.failed.count();
      snapshot.durations.appendLater(slot.succeeded);
      snapshot.durations.appendLater(slot.failed);
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
