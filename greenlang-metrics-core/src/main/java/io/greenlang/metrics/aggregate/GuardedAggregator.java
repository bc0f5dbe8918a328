package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Stands between a hub and an aggregator that may be anybody's code: what that throws ends here,
 * and when it was slow three times within a minute it is left alone for a minute. Any thread.
 */
final class GuardedAggregator implements Aggregator {

  /** A million times what adding a reading takes; no honest work comes near. */
  static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int STRIKES = 3;
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  final AggregatorFaults faults;
  private final Aggregator delegate;
  private final MetricType type;
  private final MetricsClock clock;
  private final Object lock = new Object();
  private int strikes;
  private long firstStrikeNanos;
  private volatile boolean aside;
  private volatile long asideSinceNanos;

  /**
   * Puts an aggregator under guard. What it throws now is the host's to see: this is configuration.
   *
   * @throws IllegalArgumentException if a new aggregate is not empty
   */
  GuardedAggregator(Aggregator delegate, MetricsClock clock) {
    this.delegate = delegate;
    this.type = delegate.type();
    this.clock = clock;
    this.faults = new AggregatorFaults("the aggregator of metric type \"" + type + "\"", clock);
    long count = delegate.create().count();
    if (count != 0) {
      throw new IllegalArgumentException(
          "a new aggregate of type \"" + type + "\" must be empty, but has " + count + " readings");
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
        ? create() // what a failed pack() wrote
        : guarded("unpack", () -> delegate.unpack(packed));
  }

  private Aggregate guarded(String call, Supplier<Aggregate> maker) {
    if (isAside()) {
      return new GuardedAggregate(this, null);
    }
    long began = clock.nanoTime();
    try {
      Aggregate made = maker.get();
      took(call, began);
      return new GuardedAggregate(this, made);
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      failed(call, e);
      return new GuardedAggregate(this, null);
    }
  }

  void failed(String call, Throwable cause) {
    faults.count(call + " threw; the window that it was for is left out", cause);
  }

  void broke(String call, String promise) {
    faults.count(call + " " + promise, null);
  }

  long begin() {
    return clock.nanoTime();
  }

  /** Notes how long a call took that began then. */
  void took(String call, long beganNanos) {
    long now = clock.nanoTime();
    // A thread that waits for a processor or for the garbage collector looks slow too. Of the
    // host's
    // code one cannot know; ours is never slow, so on a busy machine its windows must not be lost.
    if (now - beganNanos > SLOW_NANOS && !(delegate instanceof BuiltIn)) {
      slow(call, now);
    }
  }

  private void slow(String call, long now) {
    boolean enough;
    synchronized (lock) {
      if (strikes == 0 || now - firstStrikeNanos > MINUTE_NANOS) {
        strikes = 0;
        firstStrikeNanos = now;
      }
      enough = ++strikes == STRIKES;
      if (enough) {
        strikes = 0;
        asideSinceNanos = now;
        aside = true;
      }
    }
    faults.count(
        call
            + " took longer than 50 ms"
            + (enough ? "; it is left out for a minute, and so are its windows" : ""),
        null);
  }

  /** Whether it is left alone at present. */
  boolean isAside() {
    if (aside && clock.nanoTime() - asideSinceNanos > MINUTE_NANOS) {
      aside = false;
    }
    return aside;
  }
}
