package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters and histograms of one workflow or agent, updated by the threads that do the work.
 * Thread-safe, without locks.
 */
public final class OperationStats {

  private static final double MILLIS_PER_NANO = 1e-6;

  private final String name;

  /** The tags set by the application, without the name. */
  private final Tags tags;

  private final DistributionRecorder successes = new DistributionRecorder();
  private final DistributionRecorder failures = new DistributionRecorder();
  private final LongAdder started = new LongAdder();
  private final LongAdder pending = new LongAdder();
  private final LongAdder errors = new LongAdder();

  /** The totals and the window that the collector has drained so far. */
  private final SlidingWindow window;

  OperationStats(String name, Tags tags, SlidingWindow window) {
    this.name = name;
    this.tags = tags;
    this.window = window;
  }

  /** Records that an operation was queued. */
  public void recordSubmitted() {
    pending.increment();
  }

  /** Records that a queued operation has left the queue. */
  public void recordDequeued() {
    pending.decrement();
  }

  /** Records that an operation was started. */
  public void recordStarted() {
    started.increment();
  }

  /** Records that a started operation has succeeded. */
  public void recordSuccess(long nanos) {
    successes.record(Math.max(0, nanos) * MILLIS_PER_NANO);
  }

  /** Records that a started operation has failed. */
  public void recordFailure(long nanos) {
    failures.record(Math.max(0, nanos) * MILLIS_PER_NANO);
  }

  /** Records an error. */
  public void recordError() {
    errors.increment();
  }

  /** Returns whether an operation has ever been recorded. */
  boolean isUsed() {
    return started.sum() > 0 || pending.sum() > 0;
  }

  /**
   * Drains the operations that have ended since the previous call, and returns the resulting
   * snapshot. Used by one thread at a time.
   */
  OperationSnapshot drain(long nowNanos) {
    window.drain(this, nowNanos);
    OperationSnapshot snapshot = new OperationSnapshot(name, tags);
    window.writeTo(snapshot);
    // Read after draining the ended operations, so that none has ended without being counted as
    // started.
    snapshot.running = started.sum() - snapshot.ended();
    snapshot.pending = Math.max(0, pending.sum());
    snapshot.errors = errors.sum();
    return snapshot;
  }

  /** Drains the durations of the operations that have ended since the previous call. */
  void drainTo(Aggregate successTarget, Aggregate failureTarget) {
    drain(successes, successTarget);
    drain(failures, failureTarget);
  }

  private static void drain(DistributionRecorder recorder, Aggregate target) {
    Distribution drained = recorder.drain();
    if (drained != null) {
      target.add(drained.mean(), 0, drained);
    }
  }
}
