package io.greenlang.metrics.aggregate;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * An aggregate under guard. Once a call of it has thrown nobody knows what it holds, so from then
 * on it holds nothing: its count is 0, and the hub leaves out what has no readings. Checked
 * exceptions count as well: code in Kotlin or Scala throws them without saying so.
 */
final class GuardedAggregate implements Aggregate {

  /** Every sixteenth reading's call is timed: looking at a clock costs as much as adding. */
  private static final int SAMPLE = 15;

  private static final byte[] NOTHING = {};

  private final GuardedAggregator guard;

  /** Null when it is broken. */
  private @Nullable Aggregate delegate;

  private int added;

  GuardedAggregate(GuardedAggregator guard, @Nullable Aggregate delegate) {
    this.guard = guard;
    this.delegate = delegate;
  }

  @Override
  public void add(double value) {
    Aggregate inner = delegate;
    if (inner == null) {
      return;
    }
    try {
      if ((added++ & SAMPLE) == 0) {
        addTimed(inner, value);
      } else {
        inner.add(value);
      }
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      fail("add", e);
    }
  }

  private void addTimed(Aggregate inner, double value) {
    if (guard.isAside()) {
      delegate = null;
      return;
    }
    long began = guard.begin();
    inner.add(value);
    guard.took("add", began);
  }

  @Override
  public void append(Aggregate later) {
    join("append", later, Aggregate::append);
  }

  @Override
  public void combine(Aggregate other) {
    join("combine", other, Aggregate::combine);
  }

  @Override
  public void follow(Aggregate earlier) {
    join("follow", earlier, Aggregate::follow);
  }

  @Override
  public long count() {
    return call("count", this::soundCount, 0L);
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
  public void describe(long millis, Details details) {
    CheckedDetails checked = new CheckedDetails(details, guard);
    run("describe", inner -> inner.describe(millis, checked));
  }

  @Override
  public byte[] pack() {
    byte @Nullable [] packed = call("pack", Aggregate::pack, NOTHING);
    if (packed == null) {
      guard.broke("pack", "gave null");
      return NOTHING;
    }
    if (packed.length > MAX_PACKED_BYTES) {
      guard.broke("pack", "gave " + packed.length + " bytes, more than " + MAX_PACKED_BYTES);
      return NOTHING;
    }
    return packed;
  }

  /** The count; 0 if what goes with it could not be told to a client. */
  private long soundCount(Aggregate inner) {
    long count = inner.count();
    if (count == 0) {
      return 0;
    }
    double min = inner.min();
    double max = inner.max();
    double value = inner.value();
    if (count > 0 && Double.isFinite(value) && isRange(min, max)) {
      return count;
    }
    guard.broke("count", "gave " + count + " readings from " + min + " to " + max + " as " + value);
    delegate = null;
    return 0;
  }

  private static boolean isRange(double min, double max) {
    return Double.isFinite(min) && Double.isFinite(max) && min <= max;
  }

  @FunctionalInterface
  private interface Join {
    void join(Aggregate one, Aggregate other);
  }

  private void join(String call, Aggregate other, Join how) {
    Aggregate bare = other instanceof GuardedAggregate guarded ? guarded.delegate : other;
    if (bare != null) {
      run(call, inner -> how.join(inner, bare));
    }
  }

  private double number(String call, ToDoubleFunction<Aggregate> question) {
    return call(call, question::applyAsDouble, Double.NaN);
  }

  private void run(String call, Consumer<Aggregate> action) {
    call(
        call,
        inner -> {
          action.accept(inner);
          return true;
        },
        false);
  }

  private <T> T call(String call, Function<Aggregate, T> question, T whenBroken) {
    Aggregate inner = delegate;
    if (inner == null) {
      return whenBroken;
    }
    try {
      long began = guard.begin();
      T answer = question.apply(inner);
      guard.took(call, began);
      return answer;
    } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
      fail(call, e);
      return whenBroken;
    }
  }

  private void fail(String call, Throwable cause) {
    delegate = null;
    guard.failed(call, cause);
  }
}
