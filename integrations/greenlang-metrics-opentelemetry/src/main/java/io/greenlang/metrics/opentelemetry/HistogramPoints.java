package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.HistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import java.util.List;

/** The histograms of an SDK as buckets with their statistics. */
final class HistogramPoints {

  private HistogramPoints() {}

  /**
   * Returns the buckets of a histogram with explicit bounds.
   *
   * @throws IllegalArgumentException if the histogram is invalid
   */
  static HistogramBuckets of(HistogramPointData point) {
    double[] bounds = point.getBoundaries().stream().mapToDouble(Double::doubleValue).toArray();
    return HistogramBuckets.explicit(bounds, counts(point.getCounts()))
        .withSum(point.getSum())
        .withRange(
            point.hasMin() ? point.getMin() : Double.NaN,
            point.hasMax() ? point.getMax() : Double.NaN);
  }

  /**
   * Returns the buckets of an exponential histogram.
   *
   * @throws IllegalArgumentException if the histogram is invalid
   */
  static HistogramBuckets of(ExponentialHistogramPointData point) {
    ExponentialHistogramBuckets positive = point.getPositiveBuckets();
    ExponentialHistogramBuckets negative = point.getNegativeBuckets();
    return HistogramBuckets.exponential(
            point.getScale(),
            point.getZeroCount(),
            positive.getOffset(),
            counts(positive.getBucketCounts()),
            negative.getOffset(),
            counts(negative.getBucketCounts()))
        .withSum(point.getSum())
        .withRange(
            point.hasMin() ? point.getMin() : Double.NaN,
            point.hasMax() ? point.getMax() : Double.NaN);
  }

  private static long[] counts(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).toArray();
  }
}
