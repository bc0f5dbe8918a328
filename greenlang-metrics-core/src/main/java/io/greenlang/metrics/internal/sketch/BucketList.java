package io.greenlang.metrics.internal.sketch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of a distribution that is being built: those that are not empty, in ascending order
 * of the numbers. Most sources add their buckets in that order, for which a list costs a fraction
 * of a {@link QuantileSketch}. Anything else goes through a sketch, with the same result. At most
 * {@value QuantileSketch#MAX_BUCKETS} buckets per sign. Not thread-safe.
 */
public final class BucketList {

  private static final int INITIAL_CAPACITY = 16;

  /** The limit of the total, which later additions cannot overflow. */
  private static final long MAX_TOTAL = Long.MAX_VALUE / 2;

  private byte[] signs = new byte[INITIAL_CAPACITY];
  private int[] indexes = new int[INITIAL_CAPACITY];
  private long[] counts = new long[INITIAL_CAPACITY];
  private int size;
  private long total;

  /** Contains all buckets since one was out of order; until then null, and the arrays do. */
  private @Nullable QuantileSketch sketch;

  /** Adds a finite number. */
  public void add(double number) {
    int sign = BucketMapping.sign(number);
    add(sign, BucketMapping.index(sign, number), 1);
  }

  /**
   * Adds {@code count} numbers that belong to a bucket.
   *
   * @param index 0 if the sign is
   * @param count from 1 to 2^53
   */
  public void add(int sign, int index, long count) {
    total = Math.min(total + count, MAX_TOTAL);
    if (sketch != null) {
      sketch.addBucket(sign, index, count);
      return;
    }
    int order = size == 0 ? 1 : order(sign, index);
    if (order == 0) {
      counts[size - 1] += count;
    } else if (order > 0) {
      append(sign, index, count);
    } else {
      toSketch().addBucket(sign, index, count);
    }
  }

  /** Compares a bucket with the last one. */
  private int order(int sign, int index) {
    int last = signs[size - 1];
    return sign == last
        ? sign * Integer.compare(index, indexes[size - 1])
        : Integer.compare(sign, last);
  }

  private void append(int sign, int index, long count) {
    if (size == counts.length) {
      setCapacity(2 * size);
    }
    signs[size] = (byte) sign;
    indexes[size] = index;
    counts[size++] = count;
  }

  private void setCapacity(int capacity) {
    signs = Arrays.copyOf(signs, capacity);
    indexes = Arrays.copyOf(indexes, capacity);
    counts = Arrays.copyOf(counts, capacity);
  }

  private QuantileSketch toSketch() {
    QuantileSketch moved = new QuantileSketch();
    for (int i = 0; i < size; i++) {
      moved.addBucket(signs[i], indexes[i], counts[i]);
    }
    size = 0;
    sketch = moved;
    return moved;
  }

  /** Returns the number of numbers; if it is too large for a long, a number above 2^61. */
  public long total() {
    return total;
  }

  /** Sorts the buckets. The accessors below are valid until the next bucket is added. */
  public void complete() {
    if (sketch == null && isWide()) {
      toSketch();
    }
    if (sketch != null) {
      QuantileSketch sorted = sketch;
      sketch = null;
      sorted.forEachBucket(this::append);
    }
  }

  /** Returns whether a sketch would merge the buckets nearest to zero. */
  private boolean isWide() {
    int zero = 0;
    while (zero < size && signs[zero] < 0) {
      zero++;
    }
    int positive = zero < size && signs[zero] == 0 ? zero + 1 : zero;
    return span(0, zero) > QuantileSketch.MAX_BUCKETS
        || span(positive, size) > QuantileSketch.MAX_BUCKETS;
  }

  private int span(int from, int to) {
    return from == to ? 0 : Math.abs(indexes[to - 1] - indexes[from]) + 1;
  }

  /** Returns a copy of the signs of the buckets: -1, 0 or 1. */
  public byte[] signs() {
    return Arrays.copyOf(signs, size);
  }

  /** Returns a copy of the indexes of the buckets; see {@link BucketMapping}. */
  public int[] indexes() {
    return Arrays.copyOf(indexes, size);
  }

  /** Returns a copy of the counts of the buckets. */
  public long[] counts() {
    return Arrays.copyOf(counts, size);
  }
}
