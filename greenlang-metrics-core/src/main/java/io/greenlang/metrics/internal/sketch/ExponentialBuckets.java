package io.greenlang.metrics.internal.sketch;

import io.greenlang.metrics.internal.number.CompensatedSum;
import io.greenlang.metrics.internal.sketch.RecentExponents.Values;
import org.jspecify.annotations.Nullable;

/**
 * Buckets on an exponential scale, as in OpenTelemetry. Bucket {@code i} holds the magnitudes above
 * b<sup>i</sup>, up to b<sup>i+1</sup>, inclusive; b is 2 to the power of 2<sup>-scale</sup>. One
 * value represents a bucket: the harmonic mean of its bounds, whose relative error is the same at
 * both of them. Immutable.
 */
public final class ExponentialBuckets implements ImportedBuckets {

  /** The smallest scale; each bucket spans all doubles. */
  public static final int MIN_SCALE = -10;

  /** The largest scale. */
  public static final int MAX_SCALE = 20;

  /** Libraries compute a bound in different ways, which differ in the last digit. */
  private static final double ROUNDING = 1 + 1e-9;

  private final int scale;
  private final BucketRun negative;
  private final long zeros;
  private final double zeroThreshold;
  private final BucketRun positive;

  private ExponentialBuckets(
      int scale, BucketRun negative, long zeros, double zeroThreshold, BucketRun positive) {
    this.scale = scale;
    this.negative = negative;
    this.zeros = zeros;
    this.zeroThreshold = zeroThreshold;
    this.positive = positive;
  }

  /**
   * Creates buckets from copies of the counts.
   *
   * @param zeros the number of observations that count as zero
   * @param positiveOffset the index of the first bucket of positive observations
   * @param negativeOffset the index of the first bucket of negative observations
   * @throws IllegalArgumentException if the scale or a count is out of range, or there are too many
   *     counts
   */
  public ExponentialBuckets(
      int scale,
      long zeros,
      int positiveOffset,
      long[] positive,
      int negativeOffset,
      long[] negative) {
    this(
        checkedScale(scale),
        BucketRun.of(negativeOffset, negative),
        ImportedBuckets.checked(zeros),
        0,
        BucketRun.of(positiveOffset, positive));
  }

  private static int checkedScale(int scale) {
    if (scale < MIN_SCALE || scale > MAX_SCALE) {
      throw new IllegalArgumentException(
          "scale must be from " + MIN_SCALE + " to " + MAX_SCALE + ", but is " + scale);
    }
    return scale;
  }

  /**
   * Returns these buckets with the largest magnitude that counts as zero.
   *
   * @throws IllegalArgumentException if it is negative or NaN
   */
  public ExponentialBuckets withZeroThreshold(double threshold) {
    if (!(threshold >= 0)) {
      throw new IllegalArgumentException("zero threshold must be at least 0, but is " + threshold);
    }
    return new ExponentialBuckets(scale, negative, zeros, threshold, positive);
  }

  /** Returns the maximum error of the value of a bucket, relative to an observation in it. */
  public static double relativeError(int scale) {
    return Math.tanh(Math.log(2) * width(scale) / 2);
  }

  /** Returns the width of a bucket, in powers of two. */
  private static double width(int scale) {
    return Math.scalb(1.0, -scale);
  }

  @Override
  public long count() {
    return negative.total() + zeros + positive.total();
  }

  @Override
  public double lowest() {
    if (negative.total() > 0) {
      return -power(negative.last() + 1, 0);
    }
    if (zeros > 0) {
      return 0;
    }
    return positive.total() > 0 ? power(positive.first(), 0) : Double.NaN;
  }

  @Override
  public double highest() {
    if (positive.total() > 0) {
      return power(positive.last() + 1, 0);
    }
    if (zeros > 0) {
      return 0;
    }
    return negative.total() > 0 ? -power(negative.first(), 0) : Double.NaN;
  }

  /** Returns a power of the base, times a power of 2; the largest double if that is less. */
  private double power(long exponent, double shift) {
    return Math.min(Double.MAX_VALUE, Math.pow(2, exponent * width(scale) + shift));
  }

  @Override
  public void place(double min, double max, Placement placement) {
    double shift = shift();
    Values values = index -> power(index, shift);
    forEachBucket(
        (sign, index, count) -> {
          if (sign == 0) {
            placement.add(0, 0, count);
          } else {
            RecentExponents.place(scale, sign, index, count, values, placement);
          }
        });
  }

  /** Returns the power of two by which the value of a bucket exceeds its lower bound. */
  private double shift() {
    // The harmonic mean of a and a·b is a·2/(1 + 1/b).
    return 1 - Math.log1p(Math.pow(2, -width(scale))) / Math.log(2);
  }

  @Override
  public double estimateSum(double min, double max) {
    double shift = shift();
    CompensatedSum sum = new CompensatedSum();
    forEachBucket((sign, index, count) -> sum.add(sign * power(index, shift), count));
    return sum.value();
  }

  /** A receiver of the buckets in use, in ascending order; the sign of the zero bucket is 0. */
  @FunctionalInterface
  private interface BucketVisitor {
    void visit(int sign, long index, long count);
  }

  private void forEachBucket(BucketVisitor visitor) {
    for (int i = negative.length() - 1; i >= 0; i--) {
      if (negative.count(i) > 0) {
        visitor.visit(-1, negative.index(i), negative.count(i));
      }
    }
    if (zeros > 0) {
      visitor.visit(0, 0, zeros);
    }
    for (int i = 0; i < positive.length(); i++) {
      if (positive.count(i) > 0) {
        visitor.visit(1, positive.index(i), positive.count(i));
      }
    }
  }

  /** {@inheritDoc} The scale may decrease over time, and the zero bucket may become wider. */
  @Override
  public @Nullable ImportedBuckets since(ImportedBuckets earlier) {
    return earlier instanceof ExponentialBuckets that && zeroThreshold >= that.zeroThreshold
        ? minus(that.widened(zeroThreshold))
        : null;
  }

  private @Nullable ExponentialBuckets minus(ExponentialBuckets that) {
    int common = Math.min(scale, that.scale);
    BucketRun below =
        negative.downscaled(scale - common).minus(that.negative.downscaled(that.scale - common));
    BucketRun above =
        positive.downscaled(scale - common).minus(that.positive.downscaled(that.scale - common));
    return below == null || above == null || zeros < that.zeros
        ? null
        : new ExponentialBuckets(common, below, zeros - that.zeros, zeroThreshold, above);
  }

  /** Returns the same observations with a zero bucket that is as wide as a later one. */
  private ExponentialBuckets widened(double threshold) {
    if (threshold == zeroThreshold) {
      return this;
    }
    BucketRun below = negative.withoutFirst(within(negative, threshold));
    BucketRun above = positive.withoutFirst(within(positive, threshold));
    long zerosOfAll = count() - below.total() - above.total();
    return new ExponentialBuckets(scale, below, zerosOfAll, threshold, above);
  }

  /** Returns the number of buckets that lie within a threshold completely. */
  private int within(BucketRun buckets, double threshold) {
    int number = 0;
    while (number < buckets.length()
        && power(buckets.index(number) + 1, 0) <= threshold * ROUNDING) {
      number++;
    }
    return number;
  }
}
