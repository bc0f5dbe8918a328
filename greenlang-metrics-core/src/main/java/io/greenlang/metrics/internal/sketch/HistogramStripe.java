package io.greenlang.metrics.internal.sketch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A part of a histogram that one thread at a time adds to: the sum, min, max and buckets of the
 * observations of some threads.
 *
 * <p>One atomic operation claims the stripe, so that all others are plain. A thread that finds it
 * claimed does not wait; it adds to another stripe. The reader claims it too, while it drains.
 */
final class HistogramStripe {

  /** The smallest huge number; 2^63 smaller ones do not overflow. */
  private static final double HUGE = 0x1p960;

  private static final double REDUCED = 0x1p-64;

  private final AtomicBoolean claimed = new AtomicBoolean();

  // The following are accessed only by the thread that has claimed the stripe.
  private final BucketCounts positive = new BucketCounts();
  private final BucketCounts negative = new BucketCounts();
  private long zeros;
  private double sum;

  /** The sum of the bits that the additions to {@link #sum} rounded away. */
  private double lost;

  // Huge numbers are added apart and reduced, so that neither sum exceeds the range of a double.
  private double hugeSum;
  private long hugeCount;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  /**
   * Adds a finite number, unless another thread has claimed the stripe. Any thread.
   *
   * @return whether the number was added
   */
  boolean tryAdd(double number) {
    if (!claimed.compareAndSet(false, true)) {
      return false;
    }
    try {
      add(number);
    } finally {
      claimed.setRelease(false);
    }
    return true;
  }

  /** Adds a number. Only the first step can fail, for lack of memory. */
  private void add(double number) {
    double magnitude = Math.abs(number);
    if (magnitude < BucketMapping.MIN_MAGNITUDE) {
      zeros++;
    } else {
      (number > 0 ? positive : negative).increment(BucketMapping.index(number));
    }
    if (magnitude < HUGE) {
      accumulate(number);
    } else {
      hugeCount++;
      hugeSum += number * REDUCED;
    }
    if (number < min) {
      min = number;
    }
    if (number > max) {
      max = number;
    }
  }

  /** Adds to the sum, and adds the rounding error of that (Knuth's two-sum, without a branch). */
  private void accumulate(double number) {
    double before = sum;
    double after = before + number;
    double added = after - before;
    lost += (before - (after - added)) + (number - added);
    sum = after;
  }

  /**
   * Moves everything into a sink. One thread at a time. Waits for a thread that is adding, which
   * takes nanoseconds.
   */
  void drainTo(ConcurrentHistogram.Sink sink) {
    while (!claimed.compareAndSet(false, true)) {
      LockSupport.parkNanos(1_000); // do not spin: the writer may be waiting for this processor
    }
    try {
      if (max != Double.NEGATIVE_INFINITY) {
        drainClaimed(sink);
      }
    } finally {
      claimed.setRelease(false);
    }
  }

  private void drainClaimed(ConcurrentHistogram.Sink sink) {
    negative.drainTo((index, count) -> sink.addBucket(-1, index, count));
    if (zeros > 0) {
      sink.addBucket(0, 0, zeros);
    }
    positive.drainTo((index, count) -> sink.addBucket(1, index, count));
    sink.addStatistics(sum, min, max);
    sink.addStatistics(lost, min, max);
    if (hugeCount > 0) {
      double mean = hugeSum / hugeCount / REDUCED;
      sink.addStatistics(hugeCount, Math.max(min, Math.min(max, mean)), min, max);
    }
    zeros = 0;
    sum = 0;
    lost = 0;
    hugeSum = 0;
    hugeCount = 0;
    min = Double.POSITIVE_INFINITY;
    max = Double.NEGATIVE_INFINITY;
  }
}
