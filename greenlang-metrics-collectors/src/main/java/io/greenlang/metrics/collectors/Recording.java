package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.ConcurrentHistogram;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counters and histograms of one workflow or agent, updated by the threads that do the work.
 * Thread-safe, without locks.
 */
final class Recording {

  private static final double MILLIS_PER_NANO = 1e-6;

  final String name;

  /** The tags set by the application, without the name. */
  final Tags tags;

  private final ConcurrentHistogram succeeded = new ConcurrentHistogram(MILLIS_PER_NANO);
  private final ConcurrentHistogram failed = new ConcurrentHistogram(MILLIS_PER_NANO);
  private final LongAdder started = new LongAdder();
  private final LongAdder pending = new LongAdder();
  private final LongAdder errors = new LongAdder();

  /** The totals and the window that the collector has drained so far. */
  final RecordingHistory history;

  Recording(String name, Tags tags, RecordingHistory history) {
    this.name = name;
    this.tags = tags;
    this.history = history;
  }

  /** Records that an operation was queued. */
  void submitted() {
    pending.increment();
  }

  /** Records that a queued operation has left the queue. */
  void taken() {
    pending.decrement();
  }

  /** Records that an operation was started. */
  void started() {
    started.increment();
  }

  /** Records that a started operation has succeeded. */
  void succeeded(long nanos) {
    succeeded.add(nanos);
  }

  /** Records that a started operation has failed. */
  void failed(long nanos) {
    failed.add(nanos);
  }

  /** Records an error. */
  void error() {
    errors.increment();
  }

  /**
   * Drains the operations that have ended since the previous call. Used by one thread at a time.
   */
  void drainTo(Aggregate succeededTarget, Aggregate failedTarget) {
    succeeded.drainTo(succeededTarget);
    failed.drainTo(failedTarget);
  }

  long startedSoFar() {
    return started.sum();
  }

  boolean isUsed() {
    return startedSoFar() > 0 || pendingNow() > 0;
  }

  long pendingNow() {
    return pending.sum();
  }

  long errorsSoFar() {
    return errors.sum();
  }
}
