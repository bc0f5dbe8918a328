package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.ConcurrentHistogram;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters and histograms of one workflow or agent, updated by the threads that do the work.
 * Thread-safe, without locks.
 */
public final class OperationStats {

  private static final double MILLIS_PER_NANO = 1e-6;

  final String name;

  /** The tags set by the application, without the name. */
  final Tags tags;

  private final ConcurrentHistogram recordSuccess = new ConcurrentHistogram(MILLIS_PER_NANO);
  private final ConcurrentHistogram recordFailure = new ConcurrentHistogram(MILLIS_PER_NANO);
  private final LongAdder recordStarted = new LongAdder();
  private final LongAdder pending = new LongAdder();
  private final LongAdder errors = new LongAdder();

  /** The totals and the window that the collector has drained so far. */
  final SlidingWindow window;

  OperationStats(String name, Tags tags, SlidingWindow history) {
    this.name = name;
    this.tags = tags;
    this.window = history;
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
    recordStarted.increment();
  }

  /** Records that a started operation has succeeded. */
  public void recordSuccess(long nanos) {
    recordSuccess.add(nanos);
  }

  /** Records that a started operation has failed. */
  public void recordFailure(long nanos) {
    recordFailure.add(nanos);
  }

  /** Records an error. */
  public void recordError() {
    errors.increment();
  }

  /**
   * Drains the operations that have ended since the previous call. Used by one thread at a time.
   */
  void drainTo(Aggregate succeededTarget, Aggregate failedTarget) {
    recordSuccess.drainTo(succeededTarget);
    recordFailure.drainTo(failedTarget);
  }

  long startedCount() {
    return recordStarted.sum();
  }

  boolean isUsed() {
    return startedCount() > 0 || pendingCount() > 0;
  }

  long pendingCount() {
    return pending.sum();
  }

  long errorCount() {
    return errors.sum();
  }
}
