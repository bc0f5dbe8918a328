package io.greenlang.metrics.testkit.model;

import org.jspecify.annotations.Nullable;

/**
 * The numbers that a field of a message may have.
 *
 * @param low the smallest number
 * @param high the largest number
 */
record NumberRange(double low, double high) {

  /** The documented error of a percentile, and an allowance for rounding. */
  private static final double PERCENTILE_ERROR = 0.01 + 1e-9;

  /** Any finite number. */
  static final NumberRange ANY = new NumberRange(-Double.MAX_VALUE, Double.MAX_VALUE);

  static NumberRange exactly(double number) {
    return new NumberRange(number, number);
  }

  /** Returns the range of a sum whose terms have the given magnitude in total. */
  static NumberRange rounded(double number, double magnitude) {
    double tolerance = 1e-12 * magnitude;
    return new NumberRange(number - tolerance, number + tolerance);
  }

  /** Returns the range within 1 % of an observation. */
  static NumberRange percentile(double observation) {
    double tolerance = PERCENTILE_ERROR * Math.abs(observation);
    return new NumberRange(observation - tolerance, observation + tolerance);
  }

  boolean contains(@Nullable Object number) {
    return number instanceof Number actual
        && actual.doubleValue() >= low
        && actual.doubleValue() <= high;
  }

  @Override
  public String toString() {
    return low == high ? Double.toString(low) : low + " to " + high;
  }
}
