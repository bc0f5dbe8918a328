package io.greenlang.metrics.aggregate;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Observations made by many threads at once, taken out now and then by one: the way from the place
 * where something happens into an {@link Aggregate}. What it yields is the same, to the bin, as if
 * each had been added to the aggregate itself.
 *
 * <p>{@link #add} takes no lock, never waits and, once the bins that occur are there, allocates
 * nothing. Threads are spread over four {@linkplain HistogramStripe stripes} a processor, at most
 * {@value #MAX_STRIPES}, each made when it is first needed.
 *
 * <p>Memory: 8 bytes a bin in pages of {@value HistogramPhase#PAGE_BINS}, made as they occur. 2 KB
 * for durations that differ by a factor of 100, twice in each stripe; at most 32 KB for each
 * stripe.
 */
public final class ConcurrentHistogram {

  private static final int MAX_STRIPES = 16;

  /** A power of two, more than processors: two threads that share one slow each other down. */
  private static final int STRIPES =
      Math.min(MAX_STRIPES, Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors()));

  private final double unit;
  private final AtomicReferenceArray<HistogramStripe> stripes = new AtomicReferenceArray<>(STRIPES);

  /**
   * No observations yet.
   *
   * @param unit how much one of the whole numbers stands for that are added: with {@code 1e-6}
   *     nanoseconds come out as milliseconds. Positive and finite
   */
  public ConcurrentHistogram(double unit) {
    if (!(unit > 0 && Double.isFinite(unit))) {
      throw new IllegalArgumentException("unit is " + unit + "; it must be positive and finite");
    }
    this.unit = unit;
  }

  /**
   * Adds an observation. One below zero counts as zero, and one beyond 2^53 (as nanoseconds, 104
   * days) as that. Any thread.
   */
  public void add(long amount) {
    int index = (int) spread(Thread.currentThread().getId()) & (STRIPES - 1);
    HistogramStripe stripe = stripes.get(index);
    if (stripe == null) {
      stripe = create(index);
    }
    stripe.add(Math.max(0, Math.min(HistogramPhase.MAX_AMOUNT, amount)));
  }

  private HistogramStripe create(int index) {
    stripes.compareAndSet(index, null, new HistogramStripe(unit));
    return Objects.requireNonNull(stripes.get(index));
  }

  /**
   * Moves what was added since the last time into an aggregate: each observation exactly once, and
   * all of it or nothing. Those being added meanwhile come now or the next time. One thread at a
   * time.
   *
   * @param histogram from {@link Aggregator#histograms}
   */
  public void drainTo(Aggregate histogram) {
    HistogramAggregate target = (HistogramAggregate) histogram;
    for (int i = 0; i < STRIPES; i++) {
      HistogramStripe stripe = stripes.get(i);
      if (stripe != null) {
        stripe.drainTo(target);
      }
    }
  }

  /** Threads that were started together have ids in a row, and pools often step by their size. */
  private static long spread(long id) {
    return (id * 0x9E3779B97F4A7C15L) >>> 32;
  }
}
