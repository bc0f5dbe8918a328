package io.greenlang.metrics.aggregate;

/** The aggregate of a level: the mean of all samples. */
final class GaugeAggregate extends SpreadAggregate {

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
    // A level does not depend on the preceding window.
  }

  @Override
  public double value() {
    return spread.mean();
  }

  @Override
  public void describe(long millis, Details details) {
    // Count, min, mean and max are complete.
  }
}
