package io.greenlang.metrics.otlp;

import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.otlp.MetricInfo.Kind;

/** The conversion of the buckets of a data point, with the statistics that it has. */
final class PointBuckets {

  private static final int MIN_SCALE = -10;
  private static final int MAX_SCALE = 20;
  private static final int MAX_OFFSET = 1 << 30;

  private PointBuckets() {}

  /**
   * Returns the buckets of a histogram or of an exponential histogram.
   *
   * @throws RejectedPointException if they contradict the protocol
   * @throws IllegalArgumentException if a bound, a count or the zero threshold is invalid
   */
  static HistogramBuckets of(Kind kind, DataPoint point) throws RejectedPointException {
    HistogramBuckets buckets = kind == Kind.HISTOGRAM ? explicit(point) : exponential(point);
    if (buckets.count() != point.count) {
      throw new RejectedPointException("has a count that is not the sum of its buckets");
    }
    HistogramBuckets result = buckets.withSum(point.sum);
    return point.min > point.max ? result : result.withRange(point.min, point.max);
  }

  /** Returns the number of counts and bounds that a point has. */
  static int numbers(DataPoint point) {
    return point.counts.size() + point.bounds.size() + point.negativeCounts.size();
  }

  private static HistogramBuckets explicit(DataPoint point) {
    long[] counts = point.counts.size() == 0 ? new long[] {point.count} : point.counts.toLongs();
    return HistogramBuckets.explicit(point.bounds.toDoubles(), counts);
  }

  private static HistogramBuckets exponential(DataPoint point) throws RejectedPointException {
    if (point.scale < MIN_SCALE
        || point.scale > MAX_SCALE
        || Math.abs((long) point.offset) > MAX_OFFSET
        || Math.abs((long) point.negativeOffset) > MAX_OFFSET) {
      throw new RejectedPointException("has a scale or an offset that is out of range");
    }
    return HistogramBuckets.exponential(
            point.scale,
            point.zeroCount,
            point.offset,
            point.counts.toLongs(),
            point.negativeOffset,
            point.negativeCounts.toLongs())
        .withZeroThreshold(point.zeroThreshold);
  }
}
