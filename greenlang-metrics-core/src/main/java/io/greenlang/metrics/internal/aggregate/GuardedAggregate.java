package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate that isolates the hub from failures of the application's aggregate. Once a call has
 * thrown, the state of the delegate is unknown. From then on this aggregate is empty: its count is
 * 0, and the hub leaves out windows without samples. Undeclared checked exceptions are caught as
 * well, because code in Kotlin or Scala can throw them.
 */
final class GuardedAggregate implements Aggregate {

  /**
   * Selects every sixteenth {@code add} for timing, because reading the clock costs as much as
   * adding.
   */
  private static final int TIMING_MASK = 15;

  private static final byte[] NOTHING = {};

  private final GuardedAggregator guard;

  /** Null once a call has failed. */
  private @Nullable Aggregate delegate;

  private int addCalls;

  GuardedAggregate(GuardedAggregator guard, @Nullable Aggregate delegate) {
    this.guard = guard;
    this.delegate = delegate;
  }

  @Override
  public void add(double value, long timeMillis) {
    Aggregate current = delegate;
    if (current == null) {
      return;
    }
    try {
      if ((addCalls++ & TIMING_MASK) == 0) {
        addTimed(current, value, timeMillis);
      } else {
        current.add(value, timeMillis);
      }
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      fail("add", e);
    }
  }

  @Override
  public void add(double value, long timeMillis, SampleDetail detail) {
    run("add", current -> current.add(value, timeMillis, detail));
  }

  private void addTimed(Aggregate current, double value, long timeMillis) {
    if (guard.isSuspended()) {
      delegate = null;
      return;
    }
    long startNanos = guard.startTiming();
    current.add(value, timeMillis);
    guard.checkDuration("add", startNanos);
  }

  @Override
  public void appendLater(Aggregate later) {
    merge("appendLater", later, Aggregate::appendLater);
  }

  @Override
  public void mergeSeries(Aggregate other) {
    merge("mergeSeries", other, Aggregate::mergeSeries);
  }

  @Override
  public void startAfter(Aggregate earlier) {
    merge("startAfter", earlier, Aggregate::startAfter);
  }

  @Override
  public long count() {
    return call("count", this::validCount, 0L);
  }

  @Override
  public double min() {
    return number("min", Aggregate::min);
  }

  @Override
  public double max() {
    return number("max", Aggregate::max);
  }

  @Override
  public double value() {
    return number("value", Aggregate::value);
  }

  @Override
  public void forEachField(long millis, Details details) {
    CheckedDetails checked = new CheckedDetails(details, guard);
    run("forEachField", current -> current.forEachField(millis, checked));
  }

  @Override
  public byte[] pack() {
    byte @Nullable [] packed = call("pack", Aggregate::pack, NOTHING);
    if (packed == null) {
      guard.onContractViolation("pack", "returned null");
      return NOTHING;
    }
    if (packed.length > MAX_PACKED_BYTES) {
      guard.onContractViolation(
          "pack",
          "returned " + packed.length + " bytes, but at most " + MAX_PACKED_BYTES + " are allowed");
      return NOTHING;
    }
    return packed;
  }

  /** Returns the count; 0 if a client could not be sent the numbers that go with it. */
  private long validCount(Aggregate current) {
    long count = current.count();
    if (count == 0) {
      return 0;
    }
    double min = current.min();
    double max = current.max();
    double value = current.value();
    if (count > 0 && Double.isFinite(value) && isRange(min, max)) {
      return count;
    }
    guard.onContractViolation(
        "count",
        "returned an inconsistent state: "
            + count
            + " samples, min "
            + min
            + ", max "
            + max
            + ", value "
            + value);
    delegate = null;
    return 0;
  }

  private static boolean isRange(double min, double max) {
    return Double.isFinite(min) && Double.isFinite(max) && min <= max;
  }

  @FunctionalInterface
  private interface MergeOperation {
    void apply(Aggregate target, Aggregate other);
  }

  private void merge(String call, Aggregate other, MergeOperation operation) {
    Aggregate unwrapped = unwrapped(other);
    if (unwrapped != null) {
      run(call, current -> operation.apply(current, unwrapped));
    }
  }

  /** Returns the aggregate behind a guard; null if it has failed. */
  static @Nullable Aggregate unwrapped(Aggregate aggregate) {
    return aggregate instanceof GuardedAggregate guarded ? guarded.delegate : aggregate;
  }

  private double number(String call, ToDoubleFunction<Aggregate> function) {
    return call(call, function::applyAsDouble, Double.NaN);
  }

  private void run(String call, Consumer<Aggregate> action) {
    call(
        call,
        current -> {
          action.accept(current);
          return true;
        },
        false);
  }

  private <T> T call(String call, Function<Aggregate, T> function, T fallback) {
    Aggregate current = delegate;
    if (current == null) {
      return fallback;
    }
    try {
      long startNanos = guard.startTiming();
      T result = function.apply(current);
      guard.checkDuration(call, startNanos);
      return result;
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      fail(call, e);
      return fallback;
    }
  }

  private void fail(String call, Throwable cause) {
    delegate = null;
    guard.onException(call, cause);
  }
}
