package io.greenlang.metrics.collectors;

import io.greenlang.metrics.collectors.internal.recorder.OperationStats;
import io.greenlang.metrics.collectors.internal.recorder.RecorderCore;

/**
 * Life cycle of one recorded operation: pending, running, ended. The handles that the recorders
 * return extend it, so that each operation costs one object. Used by one thread at a time.
 */
abstract class TimedOperation implements AutoCloseable {

  private enum State {
    PENDING,
    RUNNING,
    ENDED
  }

  private final RecorderCore core;
  private final OperationStats stats;
  private State state = State.PENDING;
  private long startNanos;

  /** Creates a pending operation, which is not recorded yet. */
  TimedOperation(RecorderCore core, OperationStats stats) {
    this.core = core;
    this.stats = stats;
  }

  RecorderCore core() {
    return core;
  }

  OperationStats stats() {
    return stats;
  }

  boolean isPending() {
    return state == State.PENDING;
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  /** Records the start and starts timing. */
  void startTimer() {
    state = State.RUNNING;
    stats.recordStarted();
    startNanos = core.monotonicNanos();
  }

  /** Ends a running operation; otherwise, does nothing. */
  void end(boolean successful) {
    if (state == State.RUNNING) {
      state = State.ENDED;
      long elapsedNanos = core.monotonicNanos() - startNanos;
      if (successful) {
        stats.recordSuccess(elapsedNanos);
      } else {
        stats.recordFailure(elapsedNanos);
      }
    }
  }

  /** Ends a pending operation, which never ran and is therefore not counted. */
  void abandon() {
    state = State.ENDED;
    stats.recordDequeued();
  }

  /** Ends the operation, unless it has already ended. */
  @Override
  public abstract void close();
}
