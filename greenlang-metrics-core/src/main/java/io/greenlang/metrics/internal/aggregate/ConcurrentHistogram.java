package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.aggregate.Aggregate;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A histogram that many threads record into concurrently and that one reader drains periodically.
 * It carries observations from the code that makes them into an {@link Aggregate}. The result is
 * the same, to the bin, as if each observation had been added to the aggregate directly.
 *
 * <p>{@link #add} takes no lock and never waits. It allocates nothing once the bins in use exist.
 * Threads are spread over four {@linkplain HistogramStripe stripes} per processor, at most {@value
 * #MAX_STRIPES}. A stripe is created on first use.
 *
 * <p>Memory: 8 bytes per bin, in pages of {@value HistogramBuffer#PAGE_BINS} bins that are created
 * on first use. Durations that differ by a factor of 100 take 2 KB, twice in each stripe. The
 * maximum is 32 KB per stripe.
 */
public final class ConcurrentHistogram {

  private static final int MAX_STRIPES = 16;

  /**
   * A power of two greater than the number of processors, because two threads that share a stripe
   * slow each other down.
   */
  private static final int STRIPES =
      Math.min(MAX_STRIPES, Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors()));

  private final double unit;
  private final AtomicReferenceArray<HistogramStripe> stripes = new AtomicReferenceArray<>(STRIPES);

  /**
   * Creates an empty histogram.
   *
   * @param unit the value of one recorded unit: with {@code 1e-6}, nanoseconds become milliseconds.
   *     Positive and finite
   */
  public ConcurrentHistogram(double unit) {
    if (!(unit > 0 && Double.isFinite(unit))) {
      throw new IllegalArgumentException("unit must be positive and finite, but is " + unit);
    }
    this.unit = unit;
  }

  /**
   * Records an observation. Any thread.
   *
   * @param amount a number of units; values below zero count as zero, and values above 2^53 (as
   *     nanoseconds, 104 days) count as 2^53
   */
  public void add(long amount) {
    int index = (int) hash(Thread.currentThread().getId()) & (STRIPES - 1);
    HistogramStripe stripe = stripes.get(index);
    if (stripe == null) {
      stripe = create(index);
    }
    stripe.add(Math.max(0, Math.min(HistogramBuffer.MAX_AMOUNT, amount)));
  }

  private HistogramStripe create(int index) {
    stripes.compareAndSet(index, null, new HistogramStripe(unit));
    return Objects.requireNonNull(stripes.get(index));
  }

  /**
   * Moves all observations since the last call into an aggregate. Each observation is moved exactly
   * once, and always as a whole. Observations that are being added concurrently are moved now or by
   * the next call. One thread at a time.
   *
   * @param histogram an aggregate from {@code Aggregator.histograms}
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

  /**
   * Spreads thread ids over the stripes. The ids of threads that were started together are
   * consecutive, and those of pools often advance by the size of the pool.
   */
  private static long hash(long threadId) {
    return (threadId * 0x9E3779B97F4A7C15L) >>> 32;
  }
}
