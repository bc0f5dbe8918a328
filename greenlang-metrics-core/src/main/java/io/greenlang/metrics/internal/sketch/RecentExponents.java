package io.greenlang.metrics.internal.sketch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The buckets of {@link BucketMapping} to which exponential buckets were mapped recently. A program
 * sends the same scale and similar indexes with each of its points, and a power and a logarithm per
 * bucket are most of the cost of its distribution. Memory: 64 KB. A further bucket replaces another
 * one. Thread-safe.
 */
final class RecentExponents {

  /** A power of two; 160 buckets of an SDK have room at 50 different offsets. */
  private static final int SLOTS = 8192;

  /** Each entry has its key and its code, so that a thread never sees a part of one. */
  private static final AtomicLongArray RECENT = new AtomicLongArray(SLOTS);

  private static final int CODE_BITS = 20;
  private static final int CODE_MASK = (1 << CODE_BITS) - 1;
  private static final int INDEX_BITS = 32;

  /** The code of a bucket whose value counts as zero; that of an unused slot is 0. */
  private static final int ZERO = 1;

  /** Larger numbers of the code are 2 more than the distance to the first index of the mapping. */
  private static final int FIRST = 2;

  private RecentExponents() {}

  /** The function that computes the value of a bucket. */
  @FunctionalInterface
  interface Values {
    /** Returns the magnitude that represents the bucket with an index. */
    double magnitude(long index);
  }

  /**
   * Places the observations of a bucket, with the same result as its value.
   *
   * @param scale from {@link ExponentialBuckets#MIN_SCALE} to {@link ExponentialBuckets#MAX_SCALE}
   * @param values a function that depends only on the scale
   */
  static void place(
      int scale,
      int sign,
      long index,
      long count,
      Values values,
      ImportedBuckets.Placement placement) {
    int code = index == (int) index ? code(scale, (int) index, values) : compute(index, values);
    if (code == ZERO) {
      placement.add(0, 0, count);
    } else {
      placement.add(sign, code - FIRST + BucketMapping.MIN_INDEX, count);
    }
  }

  private static int code(int scale, int index, Values values) {
    long key =
        (long) (scale - ExponentialBuckets.MIN_SCALE) << INDEX_BITS | Integer.toUnsignedLong(index);
    int slot = (index + scale * 1_031) & (SLOTS - 1);
    long entry = RECENT.getOpaque(slot);
    if (entry >>> CODE_BITS == key && entry != 0) {
      return (int) entry & CODE_MASK;
    }
    int code = compute(index, values);
    RECENT.setOpaque(slot, key << CODE_BITS | code);
    return code;
  }

  private static int compute(long index, Values values) {
    double magnitude = values.magnitude(index);
    return BucketMapping.sign(magnitude) == 0
        ? ZERO
        : BucketMapping.index(magnitude) - BucketMapping.MIN_INDEX + FIRST;
  }
}
