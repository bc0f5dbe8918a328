package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The buckets of a classic histogram at one scrape. Immutable. */
final class CumulativeBuckets {

  /** Counts above it are not exact in a double. */
  private static final double MAX_COUNT = 1L << 53;

  private final double[] bounds;
  private final long[] counts;
  private final double sum;
  private final double created;

  /**
   * Copies the buckets.
   *
   * @param bounds the upper bounds, inclusive
   * @param counts the numbers of observations at or below each bound
   * @param size the number of buckets in both arrays
   * @param sum the sum of the observations; NaN if it is not known
   * @param created the time at which all counts were zero; NaN if it is not known
   * @throws BadLineException if the bounds do not ascend to infinity, or a count is not possible
   */
  CumulativeBuckets(double[] bounds, double[] counts, int size, double sum, double created)
      throws BadLineException {
    this.bounds = Arrays.copyOf(bounds, size);
    this.counts = new long[size];
    this.sum = sum;
    this.created = created;
    for (int i = 0; i < size; i++) {
      boolean ascends = i == 0 ? !Double.isNaN(bounds[0]) : bounds[i] > bounds[i - 1];
      boolean isPossible = counts[i] >= 0 && counts[i] <= MAX_COUNT;
      if (!ascends || !isPossible) {
        throw new BadLineException("has buckets that do not ascend, or an impossible count");
      }
      this.counts[i] = (long) counts[i];
    }
    if (size == 0 || bounds[size - 1] != Double.POSITIVE_INFINITY) {
      throw new BadLineException("has no bucket le=\"+Inf\"");
    }
  }

  /** Returns the upper bounds of all buckets but the last, which has none. */
  double[] finiteBounds() {
    return Arrays.copyOf(bounds, bounds.length - 1);
  }

  /** Returns whether the increase since earlier buckets can be computed. */
  boolean isComparableTo(CumulativeBuckets earlier) {
    return Arrays.equals(bounds, earlier.bounds);
  }

  /** Returns whether the target set the counts to zero since earlier buckets. */
  boolean isReset(CumulativeBuckets earlier) {
    if (created > earlier.created) {
      return true;
    }
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < earlier.counts[i]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the number of observations in each bucket since earlier buckets; null if the target
   * changed them while it answered, so that a bucket would have a negative number.
   *
   * @param earlier buckets with the same bounds; null for zero
   */
  long @Nullable [] increase(@Nullable CumulativeBuckets earlier) {
    long[] result = new long[counts.length];
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      long total = counts[i] - (earlier == null ? 0 : earlier.counts[i]);
      result[i] = total - below;
      below = total;
      if (result[i] < 0) {
        return null;
      }
    }
    return result;
  }

  /**
   * Returns the sum of the observations since earlier buckets; NaN if it is not known.
   *
   * @param earlier null for zero
   */
  double sumSince(@Nullable CumulativeBuckets earlier) {
    return earlier == null ? sum : sum - earlier.sum;
  }
}
