package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.sketch.QuantileSketch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The aggregate of a distribution's observations: the mean, the sum and percentiles. It creates a
 * sketch for the second distribution only, because many aggregates are of a single one.
 */
final class HistogramAggregate extends SummaryAggregate {

  /** The only distribution that was added; null if there was none, or the sketch has it. */
  private @Nullable Distribution only;

  /** Everything that was added; null while there is nothing or {@link #only} has it. */
  private @Nullable QuantileSketch sketch;

  @Override
  public void add(double value, long timeMillis) {
    add(value);
    ownSketch().add(value);
  }

  @Override
  public void add(double value, long timeMillis, SampleDetail detail) {
    if (detail instanceof Distribution distribution) {
      add(distribution);
      addBuckets(distribution);
    } else {
      add(value, timeMillis);
    }
  }

  private void addBuckets(Distribution distribution) {
    if (only == null && sketch == null) {
      only = distribution;
    } else {
      distribution.forEachBucket(ownSketch()::addBucket);
    }
  }

  /** Returns the sketch, which has everything from now on. */
  private QuantileSketch ownSketch() {
    QuantileSketch own = sketch;
    if (own == null) {
      own = copy();
      sketch = own;
      only = null;
    }
    return own;
  }

  /** Returns a sketch of the only distribution, or an empty one. */
  private QuantileSketch copy() {
    QuantileSketch copy = new QuantileSketch();
    if (only != null) {
      only.forEachBucket(copy::addBucket);
    }
    return copy;
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
    return mean();
  }

  @Override
  public void forEachField(long millis, Details details) {
    details.put("sum", sum());
    details.put("p50", quantile(0.50));
    details.put("p95", quantile(0.95));
    details.put("p99", quantile(0.99));
  }

  @Override
  byte[] packExtra() {
    return (sketch == null ? copy() : sketch).pack();
  }

  @Override
  void unpackExtra(ByteBuffer input) {
    only = null;
    sketch = QuantileSketch.unpack(input, count());
  }

  /** Passes the buckets to {@code visitor}; see {@link Distribution#forEachBucket}. */
  void forEachBucket(QuantileSketch.BucketVisitor visitor) {
    if (only != null) {
      only.forEachBucket(visitor::visit);
    } else if (sketch != null) {
      sketch.forEachBucket(visitor);
    }
  }

  private void merge(HistogramAggregate other) {
    add(other);
    if (other.only != null) {
      addBuckets(other.only);
    } else if (other.sketch != null) {
      ownSketch().add(other.sketch);
    }
  }

  /**
   * Returns a percentile, limited to the observed range: the sketch returns the middle of a bin,
   * which may lie outside of it.
   */
  double quantile(double quantile) {
    if (only != null) {
      return only.quantile(quantile);
    }
    double middle = (sketch == null ? copy() : sketch).quantile(quantile);
    return Math.max(min(), Math.min(max(), middle));
  }
}
