package io.greenlang.metrics.internal.sketch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Buckets whose bounds the application chose. A bucket holds the observations above the previous
 * bound, up to its own, inclusive. The first one has no lower bound, and the last one no upper
 * bound. The observations of a bucket are spread evenly over it. Immutable.
 */
public final class ExplicitBuckets implements ImportedBuckets {

  /** The number of values that represent a bucket, at most: enough for its share of a chart. */
  private static final int MAX_VALUES = 32;

  /** The width, relative to the values, below which one value represents a bucket. */
  private static final double NARROW = 2 * BucketMapping.RELATIVE_ERROR;

  private final double[] bounds;
  private final long[] counts;
  private final long total;

  /**
   * Creates buckets from copies of the arrays.
   *
   * @param bounds the finite upper bounds of all buckets but the last, in ascending order
   * @param counts the counts, one more than bounds
   * @throws IllegalArgumentException if the arguments do not have this form
   */
  public ExplicitBuckets(double[] bounds, long[] counts) {
    if (counts.length != bounds.length + 1) {
      throw new IllegalArgumentException(
          "a histogram must have one count more than bounds, but has "
              + counts.length
              + " counts and "
              + bounds.length
              + " bounds");
    }
    this.counts = ImportedBuckets.checked(counts);
    this.total = ImportedBuckets.sum(this.counts);
    this.bounds = bounds.clone();
    for (int i = 0; i < bounds.length; i++) {
      if (!Double.isFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
        throw new IllegalArgumentException(
            "bounds of a histogram must be finite and ascending, but bound "
                + i
                + " is "
                + bounds[i]);
      }
    }
  }

  @Override
  public long count() {
    return total;
  }

  /** Returns the lower bound of the first bucket in use; the first one begins at 0, if possible. */
  @Override
  public double lowest() {
    int first = 0;
    while (first < counts.length && counts[first] == 0) {
      first++;
    }
    if (first == counts.length || bounds.length == 0) {
      return Double.NaN;
    }
    return first == 0 ? Math.min(0, bounds[0]) : bounds[first - 1];
  }

  /** Returns the upper bound of the last bucket in use; that of the last one is the last bound. */
  @Override
  public double highest() {
    int last = counts.length - 1;
    while (last >= 0 && counts[last] == 0) {
      last--;
    }
    return last < 0 || bounds.length == 0 ? Double.NaN : bounds[Math.min(last, bounds.length - 1)];
  }

  @Override
  public void place(double min, double max, Placement placement) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        double low = Math.max(min, i == 0 ? min : bounds[i - 1]);
        double high = Math.min(max, i == bounds.length ? max : bounds[i]);
        if (low < high) {
          spread(low, high, counts[i], placement);
        } else {
          // One value, or a bucket outside the known range: then the range is to be believed.
          placement.add(Math.min(max, low), counts[i]);
        }
      }
    }
  }

  private static void spread(double low, double high, long count, Placement placement) {
    boolean narrow = high - low <= NARROW * Math.min(Math.abs(low), Math.abs(high));
    long values = narrow ? 1 : Math.min(count, MAX_VALUES);
    long placed = 0;
    for (long i = 1; i <= values; i++) {
      long upTo = count * i / values;
      double fraction = (placed + upTo) / 2.0 / count;
      // Not low + fraction * (high - low), which can overflow.
      placement.add(low * (1 - fraction) + high * fraction, upTo - placed);
      placed = upTo;
    }
  }

  @Override
  public @Nullable ImportedBuckets since(ImportedBuckets earlier) {
    if (!(earlier instanceof ExplicitBuckets that) || !Arrays.equals(bounds, that.bounds)) {
      return null;
    }
    long[] difference = ImportedBuckets.minus(counts, that.counts, 0);
    return difference == null ? null : new ExplicitBuckets(bounds, difference);
  }
}
