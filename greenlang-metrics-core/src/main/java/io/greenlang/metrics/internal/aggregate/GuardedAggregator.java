package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A wrapper that isolates the hub from an aggregator of the application. It catches everything that
 * the aggregator throws, and suspends the aggregator for one minute after three slow calls within a
 * minute. Any thread.
 */
final class GuardedAggregator implements Aggregator {

  /**
   * The duration from which a call counts as slow. It is a million times the cost of adding a
   * sample, so no correct aggregator comes close.
   */
  static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int MAX_SLOW_CALLS = 3;
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  final FailureLog failureLog;
  private final Aggregator delegate;
  private final MetricType type;
  private final MetricsClock clock;

  /**
   * Whether calls are timed. A thread that waits for a processor or for the garbage collector looks
   * slow, too. We cannot see the difference for the application's code. Ours is never slow, so a
   * busy machine must not cost it windows.
   */
  private final boolean timed;

  private final Object lock = new Object();
  private int slowCalls;
  private long firstSlowNanos;
  private volatile boolean suspended;
  private volatile long suspendedSinceNanos;

  /**
   * Wraps an aggregator. Exceptions of the aggregator propagate from here to the application,
   * because this is configuration.
   *
   * @throws IllegalArgumentException if a new aggregate is not empty
   */
  GuardedAggregator(Aggregator delegate, MetricsClock clock) {
    this.delegate = delegate;
    this.type = delegate.type();
    this.clock = clock;
    this.timed = !(delegate instanceof BuiltInAggregator);
    this.failureLog = new FailureLog("Aggregator of metric type \"" + type + "\"", clock);
    long count = delegate.create().count();
    if (count != 0) {
      throw new IllegalArgumentException(
          "a new aggregate of type \"" + type + "\" must be empty, but has " + count + " samples");
    }
  }

  @Override
  public MetricType type() {
    return type;
  }

  @Override
  public Aggregate create() {
    return guarded("create", delegate::create);
  }

  @Override
  public Aggregate unpack(byte[] packed) {
    return packed.length == 0
        ? create() // a failed pack() wrote no bytes
        : guarded("unpack", () -> delegate.unpack(packed));
  }

  private Aggregate guarded(String call, Supplier<Aggregate> factory) {
    if (isSuspended()) {
      return new GuardedAggregate(this, null);
    }
    long startNanos = startTiming();
    try {
      Aggregate aggregate = factory.get();
      checkDuration(call, startNanos);
      return new GuardedAggregate(this, aggregate);
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      onException(call, e);
      return new GuardedAggregate(this, null);
    }
  }

  /** Reports a call that threw. */
  void onException(String call, Throwable cause) {
    failureLog.record(call + " threw; the affected window is left out", cause);
  }

  /** Reports a call whose result violates the contract of {@link Aggregate}. */
  void onContractViolation(String call, String problem) {
    failureLog.record(call + " " + problem, null);
  }

  /** Returns the time for {@link #checkDuration}; 0 if calls are not timed. */
  long startTiming() {
    return timed ? clock.monotonicNanos() : 0;
  }

  /** Checks how long a call took, and reports it if it was slow. */
  void checkDuration(String call, long startNanos) {
    if (!timed) {
      return;
    }
    long now = clock.monotonicNanos();
    if (now - startNanos > SLOW_NANOS) {
      onSlowCall(call, now);
    }
  }

  private void onSlowCall(String call, long now) {
    boolean limitReached;
    synchronized (lock) {
      if (slowCalls == 0 || now - firstSlowNanos > MINUTE_NANOS) {
        slowCalls = 0;
        firstSlowNanos = now;
      }
      limitReached = ++slowCalls == MAX_SLOW_CALLS;
      if (limitReached) {
        slowCalls = 0;
        suspendedSinceNanos = now;
        suspended = true;
      }
    }
    failureLog.record(
        call
            + " took longer than 50 ms"
            + (limitReached ? "; suspended for one minute, its windows are left out" : ""),
        null);
  }

  /** Returns whether the aggregator is currently suspended. */
  boolean isSuspended() {
    if (suspended && clock.monotonicNanos() - suspendedSinceNanos > MINUTE_NANOS) {
      suspended = false;
    }
    return suspended;
  }
}
