package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import java.util.function.Consumer;

/**
 * An aggregator of gauges that can fail on demand: before each call it runs an action that the test
 * provides.
 */
public final class FaultyAggregator implements Aggregator {

  /** The metric type of this aggregator. */
  public static final MetricType TYPE = new MetricType("faulty");

  private Consumer<String> beforeCall = call -> {};

  double value = Double.NaN;
  String detail = "detail";
  double detailNumber = 1;
  boolean packsNull;

  /** Sets the action to run before each call; it receives the name of the call. */
  public void beforeEachCall(Consumer<String> action) {
    beforeCall = action;
  }

  @Override
  public MetricType type() {
    return TYPE;
  }

  @Override
  public Aggregate create() {
    beforeCall.accept("create");
    return new Faulty(BuiltInAggregator.GAUGES.create());
  }

  @Override
  public Aggregate unpack(byte[] packed) {
    beforeCall.accept("unpack");
    return new Faulty(BuiltInAggregator.GAUGES.unpack(packed));
  }

  private final class Faulty implements Aggregate {
    private final Aggregate delegate;

    Faulty(Aggregate delegate) {
      this.delegate = delegate;
    }

    @Override
    public void add(double sample, long timeMillis) {
      beforeCall.accept("add");
      delegate.add(sample, timeMillis);
    }

    @Override
    public void appendLater(Aggregate later) {
      beforeCall.accept("appendLater");
      delegate.appendLater(((Faulty) later).delegate);
    }

    @Override
    public void mergeSeries(Aggregate other) {
      beforeCall.accept("mergeSeries");
      delegate.mergeSeries(((Faulty) other).delegate);
    }

    @Override
    public void startAfter(Aggregate earlier) {
      beforeCall.accept("startAfter");
      delegate.startAfter(((Faulty) earlier).delegate);
    }

    @Override
    public long count() {
      beforeCall.accept("count");
      return delegate.count();
    }

    @Override
    public double min() {
      beforeCall.accept("min");
      return delegate.min();
    }

    @Override
    public double max() {
      beforeCall.accept("max");
      return delegate.max();
    }

    @Override
    public double value() {
      beforeCall.accept("value");
      return Double.isNaN(value) ? delegate.value() : value;
    }

    @Override
    public void forEachField(long millis, Details details) {
      beforeCall.accept("forEachField");
      details.put(detail, detailNumber);
      details.put("good", 2);
    }

    @Override
    @SuppressWarnings("NullAway") // application code may lack null checks
    public byte[] pack() {
      beforeCall.accept("pack");
      return packsNull ? null : delegate.pack();
    }
  }
}
