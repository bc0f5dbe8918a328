package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counters and histograms of one workflow or agent, updated by the threads that do the work.
 * Thread-safe, without locks.
 */
public final class OperationStats {

  /** The longest duration. A longer one is a mistake of its caller, and counts as this one. */
  public static final Duration MAX_DURATION = Duration.ofDays(365);

  private static final long MAX_NANOS = MAX_DURATION.toNanos();

  private static final double NANOS_PER_MILLI = 1e6;

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

  /** A time at which the totals were zero; null before the first drain. */
  private @Nullable Instant start;

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
    successes.record(millis(nanos));
  }

  /** Records that a started operation has failed. */
  public void recordFailure(long nanos) {
    failures.record(millis(nanos));
  }

  /** Divides, because a product with 1e-6 would show 40 ms as 39.99999999999999. */
  private static double millis(long nanos) {
    return Math.max(0, Math.min(MAX_NANOS, nanos)) / NANOS_PER_MILLI;
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
   *
   * @param previousCollection when the preceding drain of all operations began; before the first
   *     one, when the recorder was created
   */
  OperationSnapshot drain(long nowNanos, Instant previousCollection) {
    Instant knownStart = start == null ? previousCollection : start;
    start = knownStart;
    OperationSnapshot snapshot = new OperationSnapshot(name, tags, knownStart);
    window.add(successes.drain(), failures.drain(), nowNanos, snapshot);
    // Read after draining the ended operations, so that none has ended without being counted as
    // started.
    snapshot.running = started.sum() - snapshot.ended();
    snapshot.pending = Math.max(0, pending.sum());
    snapshot.errors = errors.sum();
    return snapshot;
  }
}
