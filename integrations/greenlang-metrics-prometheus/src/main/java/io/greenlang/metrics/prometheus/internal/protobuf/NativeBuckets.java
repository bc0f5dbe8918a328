package io.greenlang.metrics.prometheus.internal.protobuf;

import io.greenlang.metrics.HistogramBuckets;
import java.util.Arrays;

/**
 * The consecutive buckets of one sign. Bucket {@code i} holds the magnitudes above b<sup>i-1</sup>,
 * up to b<sup>i</sup>, inclusive; b is 2 to the power of 2<sup>-schema</sup>. Immutable.
 */
public final class NativeBuckets {

  /** The most buckets; {@link SparseBuckets} lowers the schema of histograms that have more. */
  static final int MAX_SIZE = HistogramBuckets.MAX_BUCKETS;

  /** Libraries compute a bound in different ways, which differ in the last digit. */
  private static final double ROUNDING = 1 + 1e-9;

  private final int first;
  private final long[] counts;

  /**
   * Creates buckets.
   *
   * @param first the index of the first bucket
   * @param counts the counts, none of which is negative; not copied
   */
  NativeBuckets(int first, long[] counts) {
    this.first = first;
    this.counts = counts;
  }

  /** Returns the index of the first bucket. */
  public int first() {
    return first;
  }

  /** Returns a copy of the counts. */
  public long[] counts() {
    return counts.clone();
  }

  int size() {
    return counts.length;
  }

  long total() {
    return Arrays.stream(counts).sum();
  }

  /** Returns the number of buckets that lie within a threshold completely. */
  private int within(int schema, double threshold) {
    int number = 0;
    double width = Math.scalb(1.0, -schema);
    while (number < counts.length
        && Math.pow(2, (first + (double) number) * width) <= threshold * ROUNDING) {
      number++;
    }
    return number;
  }

  /** Returns the number of observations in the buckets within a threshold. */
  long totalWithin(int schema, double threshold) {
    return Arrays.stream(counts, 0, within(schema, threshold)).sum();
  }

  /** Returns the buckets beyond a threshold. */
  NativeBuckets beyond(int schema, double threshold) {
    int number = within(schema, threshold);
    return new NativeBuckets(first + number, Arrays.copyOfRange(counts, number, counts.length));
  }
}
