package io.greenlang.metrics.internal.sketch;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A histogram that many threads record into concurrently and that one reader drains periodically.
 * It carries observations from the code that makes them into a distribution. The result is the
 * same, to the bucket, as if each observation had been added to the distribution directly.
 *
 * <p>Threads are spread over four {@linkplain HistogramStripe stripes} per processor, at most
 * {@value #MAX_STRIPES}. A thread that finds its stripe in use adds to another one, so {@link #add}
 * waits neither for the reader nor for another writer. The only exception is that the operating
 * system suspended as many threads as there are stripes, each within the nanoseconds of an
 * addition. Adding allocates nothing once the buckets in use exist. A stripe is created on first
 * use.
 *
 * <p>Memory: 8 bytes per bucket, in {@linkplain BucketCounts pages} that are created on first use.
 * Durations that differ by a factor of 100 take 2 KB in each stripe.
 */
public final class ConcurrentHistogram {

  /** A target of {@link #drainTo}. */
  public interface Sink {

    /**
     * Adds {@code count} observations that belong to a bucket.
     *
     * @param sign -1, 0 or 1; with 0 the observations are zeros and the index is ignored
     * @param index the index of the bucket; see {@link BucketMapping}
     * @param count greater than 0
     */
    void addBucket(int sign, int index, long count);

    /**
     * Adds the statistics of observations whose buckets were added. A sum may be added in parts.
     *
     * @param sum the sum of the observations, or a part of it; finite
     * @param min the smallest observation
     * @param max the largest observation
     */
    void addStatistics(double sum, double min, double max);

    /**
     * Adds the statistics of observations whose sum may exceed the range of a double.
     *
     * @param count the number of observations
     * @param mean the mean of the observations, finite
     * @param min the smallest observation
     * @param max the largest observation
     */
    void addStatistics(long count, double mean, double min, double max);
  }

  private static final int MAX_STRIPES = 16;

  /**
   * A power of two greater than the number of processors, because two threads that share a stripe
   * slow each other down.
   */
  private static final int STRIPES =
      Math.min(MAX_STRIPES, Integer.highestOneBit(4 * Runtime.getRuntime().availableProcessors()));

  private final AtomicReferenceArray<HistogramStripe> stripes = new AtomicReferenceArray<>(STRIPES);

  /**
   * Records an observation. Any thread.
   *
   * @param number finite
   */
  public void add(double number) {
    int first = (int) hash(Thread.currentThread().getId());
    if (!stripe(first).tryAdd(number)) {
      addElsewhere(first, number);
    }
  }

  private void addElsewhere(int first, double number) {
    int attempt = 1;
    while (!stripe(first + attempt).tryAdd(number)) {
      attempt++;
      if (attempt % STRIPES == 0) {
        LockSupport.parkNanos(1_000); // all are claimed: their threads need this processor
      }
    }
  }

  private HistogramStripe stripe(int position) {
    int index = position & (STRIPES - 1);
    HistogramStripe stripe = stripes.get(index);
    return stripe == null ? create(index) : stripe;
  }

  private HistogramStripe create(int index) {
    stripes.compareAndSet(index, null, new HistogramStripe());
    return Objects.requireNonNull(stripes.get(index));
  }

  /**
   * Moves all observations since the last call into a sink. Each observation is moved exactly once,
   * and always as a whole. Observations that are being added concurrently are moved now or by the
   * next call. One thread at a time.
   */
  public void drainTo(Sink sink) {
    for (int i = 0; i < STRIPES; i++) {
      HistogramStripe stripe = stripes.get(i);
      if (stripe != null) {
        stripe.drainTo(sink);
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
