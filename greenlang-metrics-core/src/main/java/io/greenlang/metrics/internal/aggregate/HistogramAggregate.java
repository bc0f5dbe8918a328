package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;
import java.nio.ByteBuffer;

/** The aggregate of a distribution's observations: the mean, the sum and percentiles. */
final class HistogramAggregate extends SummaryAggregate {

  private QuantileSketch sketch = new QuantileSketch();

  @Override
  public void add(double value) {
    summary.add(value);
    sketch.add(value);
  }

  @Override
  public void appendLater(Aggregate later) {
    merge((HistogramAggregate) later);
  }

  @Override
  public void mergeSeries(Aggregate other) {
    merge((HistogramAggregate) other);
  }

  @Override
  public void startAfter(Aggregate earlier) {
    // A distribution does not depend on the preceding window.
  }

  @Override
  public double value() {
    return summary.mean();
  }

  @Override
  public void forEachField(long millis, Details details) {
    details.put("sum", summary.sum());
    details.put("p50", percentile(0.50));
    details.put("p95", percentile(0.95));
    details.put("p99", percentile(0.99));
  }

  @Override
  byte[] packExtra() {
    return sketch.pack();
  }

  @Override
  void unpackExtra(ByteBuffer input) {
    sketch = QuantileSketch.unpack(input, count());
  }

  /** Returns the sketch, which a {@link ConcurrentHistogram} drains into. */
  QuantileSketch sketch() {
    return sketch;
  }

  private void merge(HistogramAggregate other) {
    summary.add(other.summary);
    sketch.add(other.sketch);
  }

  /**
   * Returns a percentile, limited to the observed range: the sketch returns the middle of a bin,
   * which may lie outside of it.
   */
  private double percentile(double quantile) {
    return Math.max(summary.min(), Math.min(summary.max(), sketch.quantile(quantile)));
  }
}
