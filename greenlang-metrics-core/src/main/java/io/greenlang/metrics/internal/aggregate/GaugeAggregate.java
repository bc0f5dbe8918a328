package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;

/** The aggregate of a level: the mean of all samples. */
final class GaugeAggregate extends SummaryAggregate {

  @Override
  public void add(double value, long timeMillis) {
    summary.add(value);
  }

  @Override
  public void appendLater(Aggregate later) {
    summary.add(((GaugeAggregate) later).summary);
  }

  @Override
  public void mergeSeries(Aggregate other) {
    summary.add(((GaugeAggregate) other).summary);
  }

  @Override
  public void startAfter(Aggregate earlier) {
    // A level does not depend on the preceding window.
  }

  @Override
  public double value() {
    return summary.mean();
  }

  @Override
  public void forEachField(long millis, Details details) {
    // Count, min, mean and max are complete.
  }
}
