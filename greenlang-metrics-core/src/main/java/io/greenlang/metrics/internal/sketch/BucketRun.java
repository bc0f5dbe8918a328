package io.greenlang.metrics.internal.sketch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The counts of adjacent exponential buckets of one sign. Immutable. */
final class BucketRun {

  private final long offset;
  private final long[] counts;
  private final long total;

  private BucketRun(long offset, long[] counts, long total) {
    this.offset = offset;
    this.counts = counts;
    this.total = total;
  }

  /**
   * Returns buckets of copied counts.
   *
   * @param offset the index of the first bucket
   * @throws IllegalArgumentException if there are too many counts, or one is out of range
   */
  static BucketRun of(int offset, long[] counts) {
    long[] copy = counts.clone();
    return new BucketRun(offset, copy, ImportedBuckets.checkedTotal(copy));
  }

  /** Returns the number of observations. */
  long total() {
    return total;
  }

  /** Returns the number of buckets, empty ones included. */
  int length() {
    return counts.length;
  }

  /** Returns the index of the bucket at a position, which starts at 0. */
  long index(int position) {
    return offset + position;
  }

  /** Returns the count of the bucket at a position. */
  long count(int position) {
    return counts[position];
  }

  /** Returns the index of the first bucket in use; there must be one. */
  long first() {
    int position = 0;
    while (counts[position] == 0) {
      position++;
    }
    return index(position);
  }

  /** Returns the index of the last bucket in use; there must be one. */
  long last() {
    int position = counts.length - 1;
    while (counts[position] == 0) {
      position--;
    }
    return index(position);
  }

  /** Returns the buckets after each {@code 2^steps} of them were merged. */
  BucketRun downscaled(int steps) {
    if (steps == 0 || counts.length == 0) {
      return this;
    }
    long first = offset >> steps;
    long[] merged = new long[(int) ((index(counts.length - 1) >> steps) - first) + 1];
    for (int i = 0; i < counts.length; i++) {
      merged[(int) ((index(i) >> steps) - first)] += counts[i];
    }
    return new BucketRun(first, merged, total);
  }

  /** Returns these buckets without the first ones. */
  BucketRun withoutFirst(int number) {
    long rest = total;
    for (int i = 0; i < number; i++) {
      rest -= counts[i];
    }
    return new BucketRun(index(number), Arrays.copyOfRange(counts, number, counts.length), rest);
  }

  /** Returns these buckets without the earlier observations; null if there were more of them. */
  @Nullable BucketRun minus(BucketRun earlier) {
    long[] difference = ImportedBuckets.minus(counts, earlier.counts, earlier.offset - offset);
    return difference == null ? null : new BucketRun(offset, difference, total - earlier.total);
  }
}
