package io.greenlang.metrics.aggregate;

/** Of levels, the mean of all readings. */
final class GaugeAggregate implements Aggregate {

  private final Spread spread = new Spread();

  @Override
  public void add(double value) {
    spread.add(value);
  }

  @Override
  public void append(Aggregate later) {
    spread.add(((GaugeAggregate) later).spread);
  }

  @Override
  public void combine(Aggregate other) {
    spread.add(((GaugeAggregate) other).spread);
  }

  @Override
  public void follow(Aggregate earlier) {
    // A level does not depend on the one before.
  }

  @Override
  public long count() {
    return spread.count();
  }

  @Override
  public double min() {
    return spread.min();
  }

  @Override
  public double max() {
    return spread.max();
  }

  @Override
  public double value() {
    return spread.mean();
  }

  @Override
  public void describe(long millis, Details details) {
    // Count, least, mean and greatest say it all.
  }
}
