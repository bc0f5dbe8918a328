package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.sketch.QuantileSketch;
import java.nio.ByteBuffer;

/** The aggregate of a distribution's observations: the mean, the sum and percentiles. */
final class HistogramAggregate extends SummaryAggregate {

  private QuantileSketch sketch = new QuantileSketch();

  @Override
  public void add(double value, long timeMillis) {
    summary.add(value);
    sketch.add(value);
  }

  @Override
  public void add(double value, long timeMillis, SampleDetail detail) {
    if (detail instanceof Distribution distribution) {
      summary.add(distribution);
      distribution.forEachBucket(sketch::addBucket);
    } else {
      add(value, timeMillis);
    }
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
    details.put("p50", quantile(0.50));
    details.put("p95", quantile(0.95));
    details.put("p99", quantile(0.99));
  }

  @Override
  byte[] packExtra() {
    return sketch.pack();
  }

  @Override
  void unpackExtra(ByteBuffer input) {
    sketch = QuantileSketch.unpack(input, count());
  }

  /** Passes the buckets to {@code visitor}; see {@link Distribution#forEachBucket}. */
  void forEachBucket(QuantileSketch.BucketVisitor visitor) {
    sketch.forEachBucket(visitor);
  }

  private void merge(HistogramAggregate other) {
    summary.add(other.summary);
    sketch.add(other.sketch);
  }

  /**
   * Returns a percentile, limited to the observed range: the sketch returns the middle of a bin,
   * which may lie outside of it.
   */
  double quantile(double quantile) {
    return Math.max(summary.min(), Math.min(summary.max(), sketch.quantile(quantile)));
  }
}
