package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;
import java.util.function.Consumer;

/** Aggregates gauges, and before each call does to it what a test wants done. */
public final class FaultyAggregator implements Aggregator {

  /** What it is for. */
  public static final MetricType TYPE = new MetricType("faulty");

  private Consumer<String> fault = call -> {};

  double value = Double.NaN;
  String detail = "detail";
  double detailNumber = 1;
  boolean packsNull;

  /** Has this done before each call, whose name it is told. */
  public void before(Consumer<String> action) {
    fault = action;
  }

  @Override
  public MetricType type() {
    return TYPE;
  }

  @Override
  public Aggregate create() {
    fault.accept("create");
    return new Faulty(Aggregator.gauges().create());
  }

  @Override
  public Aggregate unpack(byte[] packed) {
    fault.accept("unpack");
    return new Faulty(Aggregator.gauges().unpack(packed));
  }

  private final class Faulty implements Aggregate {
    private final Aggregate sound;

    Faulty(Aggregate sound) {
      this.sound = sound;
    }

    @Override
    public void add(double reading) {
      fault.accept("add");
      sound.add(reading);
    }

    @Override
    public void append(Aggregate later) {
      fault.accept("append");
      sound.append(((Faulty) later).sound);
    }

    @Override
    public void combine(Aggregate other) {
      fault.accept("combine");
      sound.combine(((Faulty) other).sound);
    }

    @Override
    public void follow(Aggregate earlier) {
      fault.accept("follow");
      sound.follow(((Faulty) earlier).sound);
    }

    @Override
    public long count() {
      fault.accept("count");
      return sound.count();
    }

    @Override
    public double min() {
      fault.accept("min");
      return sound.min();
    }

    @Override
    public double max() {
      fault.accept("max");
      return sound.max();
    }

    @Override
    public double value() {
      fault.accept("value");
      return Double.isNaN(value) ? sound.value() : value;
    }

    @Override
    public void describe(long millis, Details details) {
      fault.accept("describe");
      details.put(detail, detailNumber);
      details.put("good", 2);
    }

    @Override
    @SuppressWarnings("NullAway") // a host's code may be without such checks
    public byte[] pack() {
      fault.accept("pack");
      return packsNull ? null : sound.pack();
    }
  }
}
