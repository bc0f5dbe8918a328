package io.greenlang.metrics.internal.sketch;

import org.jspecify.annotations.Nullable;

/**
 * The counts of the buckets of one sign. Pages of counts are created on first use, so memory
 * follows the magnitudes that occur: 272 bytes for each factor of 1.9, and 570 KB if every
 * magnitude of a double occurs. One thread at a time.
 */
final class BucketCounts {

  private static final int PAGE = 32;
  private static final int GROUPS =
      (BucketMapping.MAX_INDEX - BucketMapping.MIN_INDEX) / (PAGE * PAGE) + 1;

  private final long[] @Nullable [] @Nullable [] groups = new long[GROUPS][][];

  /** A receiver of the counts of buckets. */
  @FunctionalInterface
  interface Drain {
    /** Called with the index of a bucket and its count, which is positive. */
    void accept(int index, long count);
  }

  /** Increments the count of a bucket. */
  void increment(int index) {
    int position = index - BucketMapping.MIN_INDEX;
    long @Nullable [] @Nullable [] group = groups[position / (PAGE * PAGE)];
    long @Nullable [] page = group == null ? null : group[position / PAGE % PAGE];
    if (page == null) {
      page = create(position);
    }
    page[position % PAGE]++;
  }

  private long[] create(int position) {
    long @Nullable [] @Nullable [] group = groups[position / (PAGE * PAGE)];
    if (group == null) {
      group = new long[PAGE][];
      groups[position / (PAGE * PAGE)] = group;
    }
    long[] page = new long[PAGE];
    group[position / PAGE % PAGE] = page;
    return page;
  }

  /** Passes every positive count to {@code drain} and resets it, in the order of the indexes. */
  void drainTo(Drain drain) {
    for (int i = 0; i < GROUPS; i++) {
      long @Nullable [] @Nullable [] group = groups[i];
      for (int j = 0; group != null && j < PAGE; j++) {
        long @Nullable [] page = group[j];
        if (page != null) {
          drain(page, BucketMapping.MIN_INDEX + (i * PAGE + j) * PAGE, drain);
        }
      }
    }
  }

  private static void drain(long[] page, int firstIndex, Drain drain) {
    for (int i = 0; i < PAGE; i++) {
      long count = page[i];
      if (count > 0) {
        page[i] = 0;
        drain.accept(firstIndex + i, count);
      }
    }
  }
}
