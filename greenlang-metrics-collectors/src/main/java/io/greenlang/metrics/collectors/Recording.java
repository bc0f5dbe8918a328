package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.ConcurrentHistogram;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is recorded of one workflow or agent, from the threads where the work happens. Any thread,
 * without a lock.
 */
final class Recording {

  private static final double MILLIS_PER_NANO = 1e-6;

  final String name;

  /** Those that the host gave; without the name. */
  final Tags tags;

  private final ConcurrentHistogram succeeded = new ConcurrentHistogram(MILLIS_PER_NANO);
  private final ConcurrentHistogram failed = new ConcurrentHistogram(MILLIS_PER_NANO);
  private final LongAdder started = new LongAdder();
  private final LongAdder pending = new LongAdder();
  private final LongAdder errors = new LongAdder();

  /** What the collector made of it so far. */
  final RecordingHistory history;

  Recording(String name, Tags tags, RecordingHistory history) {
    this.name = name;
    this.tags = tags;
    this.history = history;
  }

  void submitted() {
    pending.increment();
  }

  /** It was waiting, and does no more. */
  void taken() {
    pending.decrement();
  }

  void started() {
    started.increment();
  }

  /** What was started has succeeded. */
  void succeeded(long nanos) {
    succeeded.add(nanos);
  }

  /** What was started has failed. */
  void failed(long nanos) {
    failed.add(nanos);
  }

  void error() {
    errors.increment();
  }

  /** Takes what has ended since the last time. One thread at a time. */
  void drainTo(Aggregate allSucceeded, Aggregate allFailed) {
    succeeded.drainTo(allSucceeded);
    failed.drainTo(allFailed);
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
