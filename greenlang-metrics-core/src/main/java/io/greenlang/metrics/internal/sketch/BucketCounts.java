package io.greenlang.metrics.internal.sketch;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * The counts of the buckets of one sign, which many threads increment concurrently. Pages of counts
 * are created on first use, so memory follows the magnitudes that occur: 264 bytes for each factor
 * of 1.9, and 570 KB if every magnitude of a double occurs.
 */
final class BucketCounts {

  private static final int PAGE = 32;
  private static final int GROUPS =
      (BucketMapping.MAX_INDEX - BucketMapping.MIN_INDEX) / (PAGE * PAGE) + 1;

  private final AtomicReferenceArray<AtomicReferenceArray<AtomicLongArray>> groups =
      new AtomicReferenceArray<>(GROUPS);

  /** Receives the count of a bucket. */
  @FunctionalInterface
  interface Drain {
    /** Called with the index of a bucket and its count, which is positive. */
    void accept(int index, long count);
  }

  /** Increments the count of a bucket. Any thread. */
  void increment(int index) {
    int position = index - BucketMapping.MIN_INDEX;
    AtomicReferenceArray<AtomicLongArray> group =
        getOrCreate(groups, position / (PAGE * PAGE), () -> new AtomicReferenceArray<>(PAGE));
    getOrCreate(group, position / PAGE % PAGE, () -> new AtomicLongArray(PAGE))
        .getAndIncrement(position % PAGE);
  }

  private static <T> T getOrCreate(AtomicReferenceArray<T> array, int index, Supplier<T> factory) {
    T existing = array.get(index);
    if (existing == null) {
      array.compareAndSet(index, null, factory.get());
      existing = Objects.requireNonNull(array.get(index));
    }
    return existing;
  }

  /**
   * Passes every positive count to {@code drain} and resets it, in the order of the indexes. No
   * thread may increment meanwhile.
   */
  void drainTo(Drain drain) {
    for (int i = 0; i < GROUPS; i++) {
      AtomicReferenceArray<AtomicLongArray> group = groups.get(i);
      for (int j = 0; group != null && j < PAGE; j++) {
        AtomicLongArray page = group.get(j);
        if (page != null) {
          drain(page, BucketMapping.MIN_INDEX + (i * PAGE + j) * PAGE, drain);
        }
      }
    }
  }

  private static void drain(AtomicLongArray page, int firstIndex, Drain drain) {
    for (int i = 0; i < PAGE; i++) {
      long count = page.getPlain(i);
      if (count > 0) {
        page.setPlain(i, 0);
        drain.accept(firstIndex + i, count);
      }
    }
  }
}
