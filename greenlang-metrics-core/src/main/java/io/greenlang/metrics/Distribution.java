package io.greenlang.metrics;

import io.greenlang.metrics.internal.number.CompensatedSum;
import io.greenlang.metrics.internal.sketch.BucketList;
import io.greenlang.metrics.internal.sketch.BucketMapping;
import java.util.Arrays;

/**
 * A distribution: the count, sum, minimum, maximum and quantiles of the observations of an
 * interval. It is not the observations: their values are known to within 1 %, in logarithmic
 * buckets that distributions of several intervals, hosts and instances share and that can therefore
 * be added. If the observations of one sign span more than 17 powers of ten, the smallest
 * magnitudes are less accurate. Immutable.
 *
 * <pre>{@code
 * Distribution latencies = Distribution.of(12.5, 13.1, 240);
 * hub.publish(Metric.distribution("http.metrics", "latency", latencies, Tags.empty()));
 * }</pre>
 *
 * <p>Memory: 17 bytes per bucket that is not empty. A factor of 10 takes 115 buckets; at most 4,097
 * buckets exist.
 */
public final class Distribution implements SampleDetail {

  private final double sum;
  private final double mean;
  private final double min;
  private final double max;
  private final long count;

  // The buckets that are not empty, in ascending order of the observations.
  private final byte[] signs;
  private final int[] indexes;
  private final long[] counts;

  /** A receiver of the buckets of a distribution. */
  @FunctionalInterface
  public interface BucketVisitor {

    /**
     * Called for each bucket that is not empty, in ascending order of the observations.
     *
     * @param sign the sign of the observations; for zeros, sign and index are 0
     * @param index the index of the bucket, which holds the magnitudes from {@link #lowerBound
     *     lowerBound(index)}, inclusive, to {@code lowerBound(index + 1)}
     * @param count the number of observations, greater than 0
     */
    void visit(int sign, int index, long count);
  }

  private Distribution(Builder builder) {
    sum = builder.sum.value();
    min = builder.min;
    max = builder.max;
    builder.buckets.complete();
    signs = builder.buckets.signs();
    indexes = builder.buckets.indexes();
    counts = builder.buckets.counts();
    count = builder.buckets.total();
    mean = clamp(builder.sum.dividedBy(count));
  }

  /**
   * Returns the distribution of some observations.
   *
   * @param observations at least one, each finite
   * @throws IllegalArgumentException if there is none, or one is NaN or infinite
   */
  public static Distribution of(double... observations) {
    Builder builder = builder();
    for (double each : observations) {
      builder.add(each);
    }
    return builder.build();
  }

  /** Returns a builder of a distribution. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the smallest magnitude of a bucket, which is γ to the power of the index; γ is 1.01 /
   * 0.99.
   */
  public static double lowerBound(int index) {
    return BucketMapping.lowerBound(index);
  }

  /** Returns the number of observations, at least 1. */
  public long count() {
    return count;
  }

  /**
   * Returns the sum of the observations; finite. A sum that exceeds the range of a double is the
   * largest double of that sign.
   */
  public double sum() {
    return sum;
  }

  /** Returns the smallest observation, which is exact. */
  public double min() {
    return min;
  }

  /** Returns the largest observation, which is exact. */
  public double max() {
    return max;
  }

  /**
   * Returns the mean of the observations. It is correct even if their sum exceeds the range of a
   * double.
   */
  public double mean() {
    return mean;
  }

  /**
   * Returns a quantile by nearest rank: the smallest observation such that at least the given
   * fraction of all observations is at or below it, to within 1 %.
   *
   * @param fraction from 0 to 1; 0.99 for the 99th percentile
   * @throws IllegalArgumentException if the fraction is out of range
   */
  public double quantile(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction must be from 0 to 1, but is " + fraction);
    }
    double rank = Math.max(1, Math.ceil(fraction * count));
    long seen = 0;
    int bucket = -1;
    while (seen < rank && bucket < counts.length - 1) {
      seen += counts[++bucket];
    }
    return clamp(BucketMapping.value(signs[bucket], indexes[bucket]));
  }

  /** Passes all buckets that are not empty to {@code visitor}, in ascending order. */
  public void forEachBucket(BucketVisitor visitor) {
    for (int i = 0; i < counts.length; i++) {
      visitor.visit(signs[i], indexes[i], counts[i]);
    }
  }

  /** Returns the number of buckets that are not empty. */
  public int buckets() {
    return counts.length;
  }

  /** Limits the middle of a bucket, which may lie outside the range of the observations. */
  private double clamp(double number) {
    return Math.max(min, Math.min(max, number));
  }

  private static double finite(double number) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, number));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Distribution that
        && sum == that.sum
        && min == that.min
        && max == that.max
        && Arrays.equals(signs, that.signs)
        && Arrays.equals(indexes, that.indexes)
        && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts) + 31 * Double.hashCode(sum);
  }

  @Override
  public String toString() {
    return "Distribution[count="
        + count
        + ", mean="
        + mean()
        + ", min="
        + min
        + ", max="
        + max
        + "]";
  }

  /** A builder of a {@link Distribution}. Not thread-safe. */
  public static final class Builder {

    private final BucketList buckets = new BucketList();
    private final CompensatedSum sum = new CompensatedSum();
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;

    private Builder() {}

    /**
     * Adds an observation.
     *
     * @throws IllegalArgumentException if it is NaN or infinite
     */
    public Builder add(double observation) {
      if (!Double.isFinite(observation)) {
        throw new IllegalArgumentException(
            "observation must be a finite number, but was " + observation);
      }
      buckets.add(observation);
      addStatistics(observation, observation, observation);
      return this;
    }

    /** Adds all observations of a distribution. */
    public Builder add(Distribution other) {
      other.forEachBucket(buckets::add);
      sum.add(other.sum, other.mean, other.count);
      addRange(other.min, other.max);
      return this;
    }

    /**
     * Adds observations of which only the bucket is known. Their statistics follow with {@link
     * #addStatistics}.
     *
     * @param sign -1, 0 or 1; with 0 the observations are zeros and the index is ignored
     * @param index the index of the bucket; see {@link #lowerBound}
     * @param count greater than 0
     * @throws IllegalArgumentException if no such bucket exists, or the count is not positive
     */
    public void addBucket(int sign, int index, long count) {
      if (sign < -1 || sign > 1 || count < 1 || count > MAX_COUNT) {
        throw new IllegalArgumentException(
            "bucket must have a sign of -1, 0 or 1 and a count from 1 to "
                + MAX_COUNT
                + ", but has sign "
                + sign
                + " and count "
                + count);
      }
      if (sign != 0 && (index < BucketMapping.MIN_INDEX || index > BucketMapping.MAX_INDEX)) {
        throw new IllegalArgumentException(
            "index must be from "
                + BucketMapping.MIN_INDEX
                + " to "
                + BucketMapping.MAX_INDEX
                + ", but is "
                + index);
      }
      buckets.add(sign, index, count);
    }

    /**
     * Adds the statistics of observations whose buckets were added with {@link #addBucket}.
     *
     * @param sum the sum of the observations; if it overflowed, an infinity
     * @param min the smallest observation, finite
     * @param max the largest observation, finite
     * @throws IllegalArgumentException if a number is NaN, a bound is infinite, or min exceeds max
     */
    public void addStatistics(double sum, double min, double max) {
      if (Double.isNaN(sum) || !Double.isFinite(min) || !Double.isFinite(max) || min > max) {
        throw new IllegalArgumentException(
            "statistics contradict each other: sum " + sum + ", min " + min + ", max " + max);
      }
      this.sum.add(finite(sum));
      addRange(min, max);
    }

    /**
     * Adds the statistics of observations whose sum may exceed the range of a double, as {@link
     * #addStatistics(double, double, double)} does.
     *
     * @param count the number of observations, from 1 to 2^53
     * @param mean the mean of the observations, finite
     * @param min the smallest observation, finite
     * @param max the largest observation, finite
     * @throws IllegalArgumentException if a number is not finite, the count is out of range, or min
     *     exceeds max
     */
    public void addStatistics(long count, double mean, double min, double max) {
      if (count < 1 || count > MAX_COUNT || !Double.isFinite(mean)) {
        throw new IllegalArgumentException(
            "statistics must have a finite mean and a count from 1 to "
                + MAX_COUNT
                + ", but have mean "
                + mean
                + " and count "
                + count);
      }
      addStatistics(0, min, max);
      sum.add(mean, count);
    }

    private void addRange(double low, double high) {
      min = Math.min(min, low);
      max = Math.max(max, high);
    }

    /** Returns whether no observation was added. */
    public boolean isEmpty() {
      return buckets.total() == 0;
    }

    /**
     * Builds the distribution.
     *
     * @throws IllegalArgumentException if it has no observation, more than 2^53 of them, or no
     *     statistics
     */
    public Distribution build() {
      if (isEmpty() || min > max) {
        throw new IllegalArgumentException(
            "a distribution must have at least one observation; publish nothing instead");
      }
      if (buckets.total() > MAX_COUNT) {
        throw new IllegalArgumentException(
            "a distribution must have at most " + MAX_COUNT + " observations, but has more");
      }
      return new Distribution(this);
    }
  }

  /** The largest count of a bucket; doubles, in which sketches count, are exact up to here. */
  private static final long MAX_COUNT = 1L << 53;
}
