package io.greenlang.metrics.prometheus.internal.protobuf;

import io.greenlang.metrics.HistogramBuckets;
import java.util.Arrays;

/**
 * The buckets of one sign. Bucket {@code i} holds the magnitudes above b<sup>i-1</sup>, up to
 * b<sup>i</sup>, inclusive; b is 2 to the power of 2<sup>-schema</sup>. It stores only buckets with
 * observations: a few bytes of a message can describe buckets that are far apart. Immutable.
 */
public final class NativeBuckets {

  /** The most buckets from the first to the last one; {@link SparseBuckets} sees to it. */
  static final int MAX_SIZE = HistogramBuckets.MAX_BUCKETS;

  /** Libraries compute a bound in different ways, which differ in the last digit. */
  private static final double ROUNDING = 1 + 1e-9;

  private final int[] indexes;
  private final long[] counts;

  /**
   * Creates buckets.
   *
   * @param indexes the indexes in ascending order; not copied
   * @param counts the count of each, positive; not copied
   */
  NativeBuckets(int[] indexes, long[] counts) {
    this.indexes = indexes;
    this.counts = counts;
  }

  /** Returns the index of the first bucket. */
  public int first() {
    return indexes.length == 0 ? 0 : indexes[0];
  }

  /** Returns the counts of all buckets from the first to the last one. */
  public long[] counts() {
    long[] all = new long[size()];
    for (int i = 0; i < indexes.length; i++) {
      all[indexes[i] - indexes[0]] = counts[i];
    }
    return all;
  }

  /** Returns the number of buckets from the first to the last one. */
  int size() {
    return indexes.length == 0 ? 0 : indexes[indexes.length - 1] - indexes[0] + 1;
  }

  long total() {
    return total(counts.length);
  }

  /** Returns the number of observations in the first stored buckets. */
  private long total(int number) {
    long total = 0;
    for (int i = 0; i < number; i++) {
      total += counts[i];
    }
    return total;
  }

  /** Returns the number of stored buckets that lie within a threshold completely. */
  private int within(int schema, double threshold) {
    int number = 0;
    double width = Math.scalb(1.0, -schema);
    while (number < indexes.length
        && Math.pow(2, indexes[number] * width) <= threshold * ROUNDING) {
      number++;
    }
    return number;
  }

  /** Returns the number of observations in the buckets within a threshold. */
  long totalWithin(int schema, double threshold) {
    return total(within(schema, threshold));
  }

  /** Returns the buckets beyond a threshold. */
  NativeBuckets beyond(int schema, double threshold) {
    int number = within(schema, threshold);
    return new NativeBuckets(
        Arrays.copyOfRange(indexes, number, indexes.length),
        Arrays.copyOfRange(counts, number, counts.length));
  }
}
