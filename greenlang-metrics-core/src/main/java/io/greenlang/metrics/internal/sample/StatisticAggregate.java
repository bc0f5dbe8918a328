package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.aggregate.Aggregate;

/**
 * One statistic of a histogram's window, as the window of a gauge. Its count and range are those of
 * the histogram. It cannot be merged: a statistic of several windows is computed from their merged
 * histogram.
 */
public final class StatisticAggregate implements Aggregate {

  private final Aggregate histogram;
  private final double value;

  StatisticAggregate(Aggregate histogram, double value) {
    this.histogram = histogram;
    this.value = value;
  }

  /** Returns the aggregate of the histogram. */
  public Aggregate histogram() {
    return histogram;
  }

  @Override
  public long count() {
    return histogram.count();
  }

  @Override
  public double min() {
    return histogram.min();
  }

  @Override
  public double max() {
    return histogram.max();
  }

  @Override
  public double value() {
    return value;
  }

  @Override
  public void forEachField(long millis, Details details) {
    // a gauge has no further fields
  }

  @Override
  public void add(double sample, long timeMillis) {
    throw immutable();
  }

  @Override
  public void appendLater(Aggregate later) {
    throw immutable();
  }

  @Override
  public void mergeSeries(Aggregate other) {
    throw immutable();
  }

  @Override
  public void startAfter(Aggregate earlier) {
    throw immutable();
  }

  @Override
  public byte[] pack() {
    throw immutable();
  }

  private static UnsupportedOperationException immutable() {
    return new UnsupportedOperationException("a derived statistic is neither merged nor stored");
  }
}
