package io.greenlang.metrics.internal.sketch;

import org.jspecify.annotations.Nullable;

/**
 * The buckets of a histogram that another library counted, with its own bounds. Their observations
 * are placed at values that represent them. Immutable.
 */
public sealed interface ImportedBuckets permits ExplicitBuckets, ExponentialBuckets {

  /** The maximum number of buckets of one sign. */
  int MAX_BUCKETS = 16_384;

  /** The maximum count; doubles, in which sketches count, are exact up to here. */
  long MAX_COUNT = 1L << 53;

  /** A receiver of observations, in ascending order. */
  @FunctionalInterface
  interface Placement {
    /** Called with a bucket of {@link BucketMapping}; the count is at least 1. */
    void add(int sign, int index, long count);

    /** Adds the bucket of a finite value, which represents {@code count} observations. */
    default void add(double value, long count) {
      int sign = BucketMapping.sign(value);
      add(sign, BucketMapping.index(sign, value), count);
    }
  }

  /** Returns the number of observations. */
  long count();

  /** Returns a finite lower bound of the observations; NaN if the buckets contain none. */
  double lowest();

  /** Returns a finite upper bound of the observations; NaN if the buckets contain none. */
  double highest();

  /**
   * Places all observations.
   *
   * @param min the smallest observation, as far as it is known
   * @param max the largest observation, as far as it is known; at least {@code min}
   */
  void place(double min, double max, Placement placement);

  /**
   * Returns an estimate of the sum of all observations, limited to the finite doubles.
   *
   * @param min the smallest observation, as far as it is known
   * @param max the largest observation, as far as it is known; at least {@code min}
   */
  double estimateSum(double min, double max);

  /**
   * Returns the observations that were counted since an earlier state of the same histogram; null
   * if that is not an earlier state, because its buckets have other bounds or more observations.
   */
  @Nullable ImportedBuckets since(ImportedBuckets earlier);

  /**
   * Returns the sum of some counts.
   *
   * @throws IllegalArgumentException if there are too many, one is negative, or they add up to more
   *     than {@link #MAX_COUNT}
   */
  static long checkedTotal(long[] counts) {
    if (counts.length > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "a histogram must have at most "
              + MAX_BUCKETS
              + " buckets of one sign, but has "
              + counts.length);
    }
    long total = 0;
    for (long count : counts) {
      total = checked(total + checked(count));
    }
    return total;
  }

  /**
   * Returns a count.
   *
   * @throws IllegalArgumentException if it is negative or too large
   */
  static long checked(long count) {
    if (count < 0 || count > MAX_COUNT) {
      throw new IllegalArgumentException(
          "count of observations must be from 0 to " + MAX_COUNT + ", but is " + count);
    }
    return count;
  }

  /**
   * Returns the counts of buckets minus the earlier ones; null if one of them is negative.
   *
   * @param shift the number of buckets before the earlier ones; may be negative
   */
  static long @Nullable [] minus(long[] counts, long[] earlier, long shift) {
    long[] difference = counts.clone();
    for (int i = 0; i < earlier.length; i++) {
      long position = i + shift;
      if (earlier[i] == 0) {
        continue;
      }
      if (position < 0 || position >= counts.length || counts[(int) position] < earlier[i]) {
        return null;
      }
      difference[(int) position] -= earlier[i];
    }
    return difference;
  }
}
