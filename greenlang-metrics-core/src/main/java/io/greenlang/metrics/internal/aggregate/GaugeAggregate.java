package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;

/** The aggregate of a level: the mean of all samples. */
final class GaugeAggregate extends SummaryAggregate {

  @Override
  public void add(double value, long timeMillis) {
    add(value);
  }

  @Override
  public void appendLater(Aggregate later) {
    add((GaugeAggregate) later);
  }

  @Override
  public void mergeSeries(Aggregate other) {
    add((GaugeAggregate) other);
  }

  @Override
  public void startAfter(Aggregate earlier) {
    // A level does not depend on the preceding window.
  }

  @Override
  public double value() {
    return mean();
  }

  @Override
  public void forEachField(long millis, Details details) {
    // Count, min, mean and max are complete.
  }
}
