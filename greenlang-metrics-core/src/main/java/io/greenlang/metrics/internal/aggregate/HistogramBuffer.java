package io.greenlang.metrics.internal.aggregate;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One of the two buffers of a stripe: count, sum, min, max and bins of the observations of some
 * threads. One reader drains it.
 */
final class HistogramBuffer {

  static final int PAGE_BINS = 32;

  /**
   * The largest amount, chosen so that the sum of a thousand of them does not overflow. In
   * nanoseconds it is 104 days.
   */
  static final long MAX_AMOUNT = 1L << 53;

  /** The number of pages, enough for {@link #MAX_AMOUNT}: 1,838 bins of 2 %. */
  private static final int PAGES = 58;

  /** The number of threads that are writing here, or are about to check whether they may. */
  final AtomicInteger activeWriters = new AtomicInteger();

  private final double unit;

  /** The bin of the smallest amount above zero; no other amount lies below it. */
  private final int firstBin;

  private final AtomicReferenceArray<AtomicLongArray> pages = new AtomicReferenceArray<>(PAGES);
  private final AtomicLong zeros = new AtomicLong();
  private final AtomicLong sum = new AtomicLong();
  private final AtomicLong min = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong max = new AtomicLong(Long.MIN_VALUE);

  HistogramBuffer(double unit) {
    this.unit = unit;
    this.firstBin = QuantileSketch.binIndex(unit);
  }

  /** Adds an observation. Any thread that has registered in {@link #activeWriters}. */
  void add(long amount) {
    if (amount == 0) {
      zeros.getAndIncrement();
    } else {
      int bin = Math.min(QuantileSketch.binIndex(amount * unit) - firstBin, PAGES * PAGE_BINS - 1);
      page(bin / PAGE_BINS).getAndIncrement(bin % PAGE_BINS);
    }
    sum.getAndAdd(amount);
    if (amount < min.get()) {
      min.accumulateAndGet(amount, Math::min);
    }
    if (amount > max.get()) {
      max.accumulateAndGet(amount, Math::max);
    }
  }

  private AtomicLongArray page(int index) {
    AtomicLongArray page = pages.get(index);
    if (page == null) {
      pages.compareAndSet(index, null, new AtomicLongArray(PAGE_BINS));
      page = Objects.requireNonNull(pages.get(index));
    }
    return page;
  }

  /** Moves everything into an aggregate. Only while {@link #activeWriters} is zero. */
  void drainTo(HistogramAggregate target) {
    if (max.get() == Long.MIN_VALUE) {
      return;
    }
    long count = zeros.getAndSet(0);
    if (count > 0) {
      target.sketch().addZeros(count);
    }
    for (int i = 0; i < PAGES; i++) {
      AtomicLongArray page = pages.get(i);
      if (page != null) {
        count += drain(page, firstBin + i * PAGE_BINS, target);
      }
    }
    target.summary.add(
        count,
        sum.getAndSet(0) * unit,
        min.getAndSet(Long.MAX_VALUE) * unit,
        max.getAndSet(Long.MIN_VALUE) * unit);
  }

  private static long drain(AtomicLongArray page, int firstBinOfPage, HistogramAggregate target) {
    long count = 0;
    for (int i = 0; i < PAGE_BINS; i++) {
      long inBin = page.get(i);
      if (inBin > 0) {
        page.setPlain(i, 0);
        target.sketch().addBin(firstBinOfPage + i, inBin);
        count += inBin;
      }
    }
    return count;
  }
}
