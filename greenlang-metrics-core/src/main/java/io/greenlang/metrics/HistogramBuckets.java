package io.greenlang.metrics;

import io.greenlang.metrics.internal.sketch.BucketMapping;
import io.greenlang.metrics.internal.sketch.ExplicitBuckets;
import io.greenlang.metrics.internal.sketch.ExponentialBuckets;
import io.greenlang.metrics.internal.sketch.ImportedBuckets;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a histogram that another library counted: OpenTelemetry, Prometheus. They become a
 * {@link Distribution}, whose buckets all histograms share, so that it can be added to others.
 * Immutable.
 *
 * <pre>{@code
 * Distribution latencies =
 *     HistogramBuckets.explicit(new double[] {10, 100}, new long[] {7, 2, 1})
 *         .withSum(240)
 *         .toDistribution();
 * }</pre>
 *
 * <p>The count is exact, and so are the sum, minimum and maximum that are known. An unknown sum is
 * estimated, and an unknown minimum or maximum is the bound of the outermost bucket in use. The
 * error of a quantile depends on the buckets:
 *
 * <ul>
 *   <li>Of exponential buckets, it is at most {@link #relativeError}: 2.1 % at scale 5, 3.2 % at
 *       scale 4, and 1 % at scale 20.
 *   <li>Of explicit buckets, it is at most the width of the bucket, and 1 %. The observations of a
 *       bucket are taken to be spread evenly between its bounds.
 * </ul>
 *
 * <p>Memory: 8 bytes per count and bound, at most {@value #MAX_BUCKETS} of them per sign.
 */
public final class HistogramBuckets {

  /** The maximum number of buckets of one sign. */
  public static final int MAX_BUCKETS = ImportedBuckets.MAX_BUCKETS;

  private final ImportedBuckets buckets;
  private final double sum;
  private final double min;
  private final double max;

  private HistogramBuckets(ImportedBuckets buckets, double sum, double min, double max) {
    this.buckets = buckets;
    this.sum = sum;
    this.min = min;
    this.max = max;
    if (buckets.count() > ImportedBuckets.MAX_COUNT) {
      throw new IllegalArgumentException(
          "a histogram must have at most "
              + ImportedBuckets.MAX_COUNT
              + " observations, but has "
              + buckets.count());
    }
  }

  private static HistogramBuckets of(ImportedBuckets buckets) {
    return new HistogramBuckets(buckets, Double.NaN, Double.NaN, Double.NaN);
  }

  /**
   * Returns buckets with explicit bounds. A bucket holds the observations above the previous bound,
   * up to its own, inclusive. The first one has no lower bound, and the last one no upper bound.
   *
   * @param bounds the upper bounds of all buckets but the last: finite, in ascending order,
   *     possibly none; copied
   * @param counts the number of observations of each bucket, not accumulated: one count more than
   *     bounds, each from 0 to 2^53; copied
   * @throws IllegalArgumentException if an argument does not have this form, or there are more than
   *     {@value #MAX_BUCKETS} counts
   */
  public static HistogramBuckets explicit(double[] bounds, long[] counts) {
    return of(new ExplicitBuckets(bounds, counts));
  }

  /**
   * Returns buckets on an exponential scale, as in OpenTelemetry. Bucket {@code i} holds the
   * magnitudes above b<sup>i</sup>, up to b<sup>i+1</sup>, inclusive; b is 2 to the power of
   * 2<sup>-scale</sup>.
   *
   * @param scale from -10 to 20
   * @param zeros the number of observations that count as zero, from 0 to 2^53
   * @param positiveOffset the index of the first bucket of positive observations
   * @param positive the counts of these buckets, from the smallest magnitude, each from 0 to 2^53;
   *     possibly none; copied
   * @param negativeOffset the index of the first bucket of negative observations
   * @param negative the counts of these buckets, as {@code positive}
   * @throws IllegalArgumentException if an argument does not have this form, or there are more than
   *     {@value #MAX_BUCKETS} counts of one sign
   */
  public static HistogramBuckets exponential(
      int scale,
      long zeros,
      int positiveOffset,
      long[] positive,
      int negativeOffset,
      long[] negative) {
    return of(
        new ExponentialBuckets(scale, zeros, positiveOffset, positive, negativeOffset, negative));
  }

  /**
   * Returns these exponential buckets with the largest magnitude that counts as zero. It may grow
   * over time: a library widens its zero bucket to have fewer buckets.
   *
   * @param threshold 0 for a zero bucket that has only zeros, which is the default
   * @throws IllegalArgumentException if it is negative or NaN, or the buckets have explicit bounds
   */
  public HistogramBuckets withZeroThreshold(double threshold) {
    if (buckets instanceof ExponentialBuckets exponential) {
      return new HistogramBuckets(exponential.withZeroThreshold(threshold), sum, min, max);
    }
    throw new IllegalArgumentException(
        "buckets must be exponential to have a zero threshold, but have explicit bounds");
  }

  /**
   * Returns the largest relative error of a quantile of exponential buckets: that of the buckets,
   * and the 1 % of a {@link Distribution}.
   *
   * @param scale see {@link #exponential}
   */
  public static double relativeError(int scale) {
    return (1 + ExponentialBuckets.relativeError(scale)) * (1 + BucketMapping.RELATIVE_ERROR) - 1;
  }

  /**
   * Returns these buckets with the sum of the observations.
   *
   * @param sum NaN if it is unknown
   */
  public HistogramBuckets withSum(double sum) {
    return new HistogramBuckets(buckets, sum, min, max);
  }

  /**
   * Returns these buckets with the smallest and the largest observation. NaN or an infinity stands
   * for one that is unknown.
   *
   * @throws IllegalArgumentException if the minimum exceeds the maximum
   */
  public HistogramBuckets withRange(double min, double max) {
    if (min > max) {
      throw new IllegalArgumentException(
          "minimum of a histogram must not exceed the maximum, but they are "
              + min
              + " and "
              + max);
    }
    return new HistogramBuckets(
        buckets,
        sum,
        Double.isFinite(min) ? min : Double.NaN,
        Double.isFinite(max) ? max : Double.NaN);
  }

  /** Returns the number of observations, from 0 to 2^53. */
  public long count() {
    return buckets.count();
  }

  /**
   * Returns the observations that a histogram, whose counts only grow, has counted since an earlier
   * state. The minimum is known if it has decreased since then, and the maximum if it has
   * increased.
   *
   * @param earlier the earlier state; exponential buckets may have had another scale and a narrower
   *     zero bucket
   * @return the observations, possibly none; null if this is not a later state of the same
   *     histogram, because a count has decreased or the bounds differ: the histogram has restarted
   */
  public @Nullable HistogramBuckets since(HistogramBuckets earlier) {
    ImportedBuckets difference = buckets.since(earlier.buckets);
    if (difference == null) {
      return null;
    }
    return new HistogramBuckets(
        difference,
        sum - earlier.sum,
        min < earlier.min ? min : Double.NaN,
        max > earlier.max ? max : Double.NaN);
  }

  /**
   * Returns the distribution of the observations.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Distribution toDistribution() {
    if (count() == 0) {
      throw new IllegalArgumentException(
          "a distribution must have at least one observation; publish nothing instead");
    }
    double low = Double.isNaN(min) ? known(buckets.lowest()) : min;
    double high = Double.isNaN(max) ? known(buckets.highest()) : max;
    // A known bound may lie beyond the estimated one, in the bucket without an end.
    low = Double.isNaN(min) ? Math.min(low, high) : low;
    high = Math.max(low, high);
    Distribution.Builder builder = Distribution.builder();
    buckets.place(low, high, builder::addBucket);
    builder.addStatistics(Double.isNaN(sum) ? buckets.estimateSum(low, high) : sum, low, high);
    return builder.build();
  }

  /** Returns a bound; the mean if the buckets have no bounds at all, and 0 if it is unknown. */
  private double known(double bound) {
    if (!Double.isNaN(bound)) {
      return bound;
    }
    double mean = sum / count();
    return Double.isFinite(mean) ? mean : 0;
  }

  /** Returns the count and the known statistics, for logs. */
  @Override
  public String toString() {
    return "HistogramBuckets[count="
        + count()
        + ", sum="
        + sum
        + ", min="
        + min
        + ", max="
        + max
        + "]";
  }
}
