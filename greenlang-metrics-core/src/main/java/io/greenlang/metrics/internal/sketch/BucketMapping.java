package io.greenlang.metrics.internal.sketch;

import com.datadoghq.sketch.ddsketch.mapping.LogarithmicMapping;

/**
 * The mapping of numbers to buckets that all sketches share, because only sketches with the same
 * buckets can be merged. Bucket {@code i} holds the magnitudes from γ<sup>i</sup>, inclusive, to
 * γ<sup>i+1</sup>, where γ is 1.01 / 0.99 (Masson, Rim and Lee, VLDB 2019). Negative numbers have
 * their own buckets, by magnitude.
 */
public final class BucketMapping {

  /** The maximum error of a bucket's {@linkplain #value value}, relative to a number in it. */
  public static final double RELATIVE_ERROR = 0.01;

  /** The mapping, which is immutable. */
  static final LogarithmicMapping MAPPING = new LogarithmicMapping(RELATIVE_ERROR);

  /** The largest magnitude that has a bucket, about 10^306; larger ones count there. */
  static final double MAX_MAGNITUDE = MAPPING.maxIndexableValue();

  /** The smallest magnitude that has a bucket, about 10^-306; smaller ones count as zero. */
  static final double MIN_MAGNITUDE = MAPPING.minIndexableValue();

  /** The index of the bucket of the smallest magnitude. */
  public static final int MIN_INDEX = MAPPING.index(MIN_MAGNITUDE);

  /** The index of the bucket of the largest magnitude. */
  public static final int MAX_INDEX = MAPPING.index(MAX_MAGNITUDE);

  private BucketMapping() {}

  /** Returns the sign of the bucket of a number: 0 if it counts as zero, otherwise -1 or 1. */
  public static int sign(double number) {
    return Math.abs(number) < MIN_MAGNITUDE ? 0 : (int) Math.signum(number);
  }

  /** Returns the index of the bucket of a number whose sign is not 0. */
  public static int index(double number) {
    return MAPPING.index(Math.min(MAX_MAGNITUDE, Math.abs(number)));
  }

  /** Returns the index of the bucket of a number with this {@link #sign}; 0 if that is 0. */
  public static int index(int sign, double number) {
    return sign == 0 ? 0 : index(number);
  }

  /** Returns the smallest magnitude of a bucket. */
  public static double lowerBound(int index) {
    return MAPPING.lowerBound(index);
  }

  /** Returns the number that represents a bucket. It is within 1 % of every number in it. */
  public static double value(int sign, int index) {
    return sign == 0 ? 0 : sign * MAPPING.value(index);
  }
}
