package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Distribution;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Totals of one {@link OperationStats}, and its recent operations. The window has at most {@value
 * #SLOTS} slots plus the one being filled, however often the statistics are drained. Confined to
 * one thread.
 */
final class SlidingWindow {

  private static final int SLOTS = 24;

  /** Over a shorter period, a rate is meaningless. */
  private static final long MIN_RATE_NANOS = 500_000_000L;

  /**
   * The operations that ended between two drains, or between several drains in quick succession.
   */
  private static final class Slot {
    long succeeded;
    long failed;
    @Nullable Distribution durations;
    long startNanos;
    long endNanos;

    Slot(long startNanos) {
      this.startNanos = startNanos;
    }

    long count() {
      return succeeded + failed;
    }
  }

  private final long windowNanos;
  private final long recorderStartNanos;
  private final boolean keepsDurations;
  private final Deque<Slot> slots = new ArrayDeque<>();
  private Slot current;
  private long drainedNanos;
  private long successful;
  private long failed;

  /**
   * Creates an empty window.
   *
   * @param recorderStartNanos when the recorder started; the same for all names
   * @param nowNanos when this operation was first recorded
   * @param keepsDurations whether snapshots have the durations of the whole window
   */
  SlidingWindow(long windowNanos, long recorderStartNanos, long nowNanos, boolean keepsDurations) {
    this.windowNanos = windowNanos;
    this.recorderStartNanos = recorderStartNanos;
    this.keepsDurations = keepsDurations;
    this.drainedNanos = nowNanos;
    this.current = new Slot(nowNanos);
  }

  /**
   * Adds the operations that have ended since the previous call, and writes the totals and the
   * recent operations to a snapshot.
   *
   * @param successes the durations of those that succeeded; null if there are none
   * @param failures the durations of those that failed; null if there are none
   */
  void add(
      @Nullable Distribution successes,
      @Nullable Distribution failures,
      long nowNanos,
      OperationSnapshot snapshot) {
    openSlot(nowNanos);
    long newSuccesses = successes == null ? 0 : successes.count();
    long newFailures = failures == null ? 0 : failures.count();
    successful += newSuccesses;
    failed += newFailures;
    snapshot.durations = Durations.merge(successes, failures);
    current.succeeded += newSuccesses;
    current.failed += newFailures;
    if (keepsDurations) {
      current.durations = Durations.merge(current.durations, snapshot.durations);
    }
    current.endNanos = nowNanos;
    drainedNanos = nowNanos;
    while (!slots.isEmpty() && nowNanos - slots.getFirst().endNanos >= windowNanos) {
      slots.removeFirst();
    }
    writeTo(snapshot);
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

  private void writeTo(OperationSnapshot snapshot) {
    snapshot.successful = successful;
    snapshot.failed = failed;
    slots.forEach(slot -> add(slot, snapshot));
    add(current, snapshot);
    long coveredNanos = coveredNanos(drainedNanos);
    snapshot.perSecond =
        coveredNanos < MIN_RATE_NANOS ? Double.NaN : snapshot.recent() * 1e9 / coveredNanos;
  }

  private static void add(Slot slot, OperationSnapshot snapshot) {
    snapshot.recentSuccessful += slot.succeeded;
    snapshot.recentFailed += slot.failed;
    if (slot.durations != null) {
      snapshot.recentDurations.add(slot.durations);
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
