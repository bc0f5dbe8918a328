package io.greenlang.metrics.prometheus.internal.protobuf;

import static io.greenlang.metrics.internal.protobuf.WireReader.varintKey;

import io.greenlang.metrics.internal.protobuf.MalformedMessageException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import java.util.Arrays;

/**
 * The buckets of one sign as they are sent: spans of consecutive buckets, and the counts of all
 * spans. An integer count is sent as the difference from the one before. One instance is read into
 * again and again. It holds at most {@value #MAX_COUNTS} counts and as many spans.
 */
final class SparseBuckets {

  static final int MAX_COUNTS = 16_384;

  private static final int SPAN_OFFSET = varintKey(1);
  private static final int SPAN_LENGTH = varintKey(2);

  /** Beyond the index of the largest double at the largest schema. */
  private static final long MAX_INDEX = 1L << 19;

  /** Counts above it are not exact in a double. */
  private static final long MAX_COUNT = 1L << 53;

  private long[] spans = new long[8];
  private int spanNumbers;
  private long[] counts = new long[32];
  private int size;
  private boolean isTooLong;
  private boolean hasImpossibleCount;

  void clear() {
    spanNumbers = 0;
    size = 0;
    isTooLong = false;
    hasImpossibleCount = false;
  }

  /** Returns whether there is a span; it may be empty. */
  boolean hasSpans() {
    return spanNumbers > 0;
  }

  void readSpan(WireReader reader) throws MalformedMessageException {
    int offset = 0;
    long length = 0;
    for (int key = reader.nextKey(); key != 0; key = reader.nextKey()) {
      if (key == SPAN_OFFSET) {
        offset = reader.zigzag();
      } else if (key == SPAN_LENGTH) {
        length = reader.varint() & 0xffff_ffffL;
      } else {
        reader.skip(key);
      }
    }
    if (spanNumbers >= 2 * MAX_COUNTS) {
      isTooLong = true;
      return;
    }
    if (spanNumbers == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spanNumbers);
    }
    spans[spanNumbers++] = offset;
    spans[spanNumbers++] = length;
  }

  void addDelta(long delta) {
    addCount(size == 0 ? delta : counts[size - 1] + delta);
  }

  /** Adds a count of a histogram whose counts are doubles. */
  void addCount(double count) {
    hasImpossibleCount |= count != Math.rint(count);
    addCount((long) count);
  }

  private void addCount(long count) {
    if (size >= MAX_COUNTS) {
      isTooLong = true;
      return;
    }
    if (size == counts.length) {
      counts = Arrays.copyOf(counts, 2 * size);
    }
    hasImpossibleCount |= count < 0 || count > MAX_COUNT;
    counts[size++] = count;
  }

  /**
   * Checks the buckets.
   *
   * @return by how much the schema must be lowered so that there are at most {@value
   *     NativeBuckets#MAX_SIZE} buckets
   * @throws BadLineException if no histogram has such buckets
   */
  int requiredReduction() throws BadLineException {
    requirePossible();
    long last = lastIndex();
    int reduction = 0;
    while (size > 0
        && lowered(last, reduction) - lowered(spans[0], reduction) >= NativeBuckets.MAX_SIZE) {
      reduction++;
    }
    return reduction;
  }

  private void requirePossible() throws BadLineException {
    if (isTooLong) {
      throw new BadLineException("has more than " + MAX_COUNTS + " buckets of one sign");
    }
    if (hasImpossibleCount) {
      throw new BadLineException("has an impossible count of observations");
    }
    if (spanNumbers > 0 && Math.abs(spans[0]) > MAX_INDEX) {
      throw new BadLineException("has buckets with an impossible index");
    }
  }

  private long lastIndex() throws BadLineException {
    long length = 0;
    long end = 0;
    for (int i = 0; i < spanNumbers; i += 2) {
      end += spans[i] + spans[i + 1];
      length += spans[i + 1];
      if ((i > 0 && spans[i] < 0) || end > MAX_INDEX) {
        throw new BadLineException("has buckets that do not ascend to a possible index");
      }
    }
    if (length != size) {
      throw new BadLineException("has spans that do not match its counts");
    }
    return end - 1;
  }

  /** Returns the index of the bucket that contains another one at a lower schema. */
  private static long lowered(long index, int reduction) {
    return ((index - 1) >> reduction) + 1;
  }

  /**
   * Returns the buckets that have observations.
   *
   * @param reduction at least {@link #requiredReduction}
   */
  NativeBuckets toBuckets(int reduction) {
    int[] indexes = new int[size];
    long[] merged = new long[size];
    long index = 0;
    int read = 0;
    int used = 0;
    for (int i = 0; i < spanNumbers; i += 2) {
      index += spans[i];
      for (long end = index + spans[i + 1]; index < end; index++) {
        used = merge(indexes, merged, used, (int) lowered(index, reduction), counts[read++]);
      }
    }
    return new NativeBuckets(Arrays.copyOf(indexes, used), Arrays.copyOf(merged, used));
  }

  /** Adds a count to the last bucket or to a new one; returns the number of buckets. */
  private static int merge(int[] indexes, long[] merged, int used, int index, long count) {
    if (count == 0) {
      return used;
    }
    boolean isNew = used == 0 || indexes[used - 1] != index;
    int position = isNew ? used : used - 1;
    indexes[position] = index;
    merged[position] += count;
    return position + 1;
  }
}
