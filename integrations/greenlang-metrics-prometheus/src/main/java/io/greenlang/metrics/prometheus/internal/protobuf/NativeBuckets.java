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
    return Arrays.stream(counts).sum();
  }
}
