package io.greenlang.metrics.internal.sketch;

import io.greenlang.metrics.internal.sketch.ImportedBuckets.Placement;

/**
 * The values that represent a bucket of which only the bounds are known: its observations are taken
 * to be spread evenly between them.
 */
final class EvenSpread {

  /** The number of values that represent a bucket, at most: enough for its share of a chart. */
  static final int MAX_VALUES = 32;

  /** The width, relative to the values, below which one value represents a bucket. */
  private static final double NARROW = 2 * BucketMapping.RELATIVE_ERROR;

  private EvenSpread() {}

  /** Returns the number of values that represent a bucket. */
  static int values(double low, double high, long count) {
    boolean isNarrow = high - low <= NARROW * Math.min(Math.abs(low), Math.abs(high));
    return isNarrow ? 1 : (int) Math.min(count, MAX_VALUES);
  }

  /** Returns one of the values, in the middle of its part of the bucket. */
  static double value(double low, double high, int position, int values) {
    double fraction = (2 * position + 1) / (2.0 * values);
    // Not low + fraction * (high - low), which can overflow.
    return low * (1 - fraction) + high * fraction;
  }

  /** Returns the number of observations that a value and the ones before it represent. */
  static long countUpTo(int position, int values, long count) {
    return count * (position + 1) / values;
  }

  /** Places the observations of a bucket; one whose bounds are equal has one value. */
  static void place(double low, double high, long count, Placement placement) {
    int values = values(low, high, count);
    long placed = 0;
    for (int i = 0; i < values; i++) {
      long upTo = countUpTo(i, values, count);
      placement.add(value(low, high, i, values), upTo - placed);
      placed = upTo;
    }
  }

  /** Returns the mean of the observations of a bucket. */
  static double mean(double low, double high) {
    return low / 2 + high / 2;
  }
}
