package io.greenlang.metrics.internal.sketch;

import io.greenlang.metrics.internal.number.CompensatedSum;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Buckets whose bounds the application chose. A bucket holds the observations above the previous
 * bound, up to its own, inclusive. The first one has no lower bound, and the last one no upper
 * bound. The observations of a bucket are spread evenly over it. Immutable.
 */
public final class ExplicitBuckets implements ImportedBuckets {

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
    this.counts = counts.clone();
    this.total = ImportedBuckets.checkedTotal(this.counts);
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
    RecentBounds recent = RecentBounds.of(bounds);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        double low = low(i, min, max);
        double high = high(i, min, max);
        if (recent != null && isWhole(i, low, high)) {
          recent.place(i, counts[i], placement);
        } else {
          EvenSpread.place(low, high, counts[i], placement);
        }
      }
    }
  }

  /** Returns the lower end of a bucket within the known range, which is to be believed. */
  private double low(int bucket, double min, double max) {
    return bucket == 0 ? min : Math.max(min, Math.min(max, bounds[bucket - 1]));
  }

  /** Returns the upper end of a bucket within the known range. */
  private double high(int bucket, double min, double max) {
    return bucket == bounds.length ? max : Math.max(min, Math.min(max, bounds[bucket]));
  }

  /** Returns whether the known range leaves a bucket both of its bounds. */
  private boolean isWhole(int bucket, double low, double high) {
    return bucket > 0
        && bucket < bounds.length
        && low == bounds[bucket - 1]
        && high == bounds[bucket];
  }

  @Override
  public double estimateSum(double min, double max) {
    CompensatedSum sum = new CompensatedSum();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        sum.add(EvenSpread.mean(low(i, min, max), high(i, min, max)), counts[i]);
      }
    }
    return sum.value();
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
