package io.greenlang.metrics.internal.sketch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One of the two buffers of a stripe: the sum, min, max and buckets of the observations of some
 * threads. One reader drains it.
 */
final class HistogramBuffer {

  /** The number of threads that are writing here, or are about to check whether they may. */
  final AtomicInteger activeWriters = new AtomicInteger();

  private final BucketCounts positive = new BucketCounts();
  private final BucketCounts negative = new BucketCounts();
  private final AtomicLong zeros = new AtomicLong();

  // Doubles as bits, because the JDK has no double that one thread adds to and another resets.
  private final AtomicLong sum = new AtomicLong();

  /** The sum of the bits that the additions to {@link #sum} rounded away. */
  private final AtomicLong lost = new AtomicLong();

  // Huge numbers are added apart and reduced, so that neither sum exceeds the range of a double.
  private final AtomicLong hugeSum = new AtomicLong();
  private final AtomicLong hugeCount = new AtomicLong();
  private final AtomicLong min = new AtomicLong(EMPTY_MIN);
  private final AtomicLong max = new AtomicLong(EMPTY_MAX);

  /** The smallest huge number; 2^63 smaller ones do not overflow. */
  private static final double HUGE = 0x1p960;

  private static final double REDUCED = 0x1p-64;
  private static final long EMPTY_MIN = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
  private static final long EMPTY_MAX = Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY);

  /** Adds a finite number. Any thread that has registered in {@link #activeWriters}. */
  void add(double number) {
    int sign = BucketMapping.sign(number);
    if (sign == 0) {
      zeros.getAndIncrement();
    } else {
      (sign > 0 ? positive : negative).increment(BucketMapping.index(number));
    }
    if (Math.abs(number) < HUGE) {
      accumulate(number);
    } else {
      hugeCount.getAndIncrement();
      accumulate(hugeSum, number * REDUCED);
    }
    if (number < Double.longBitsToDouble(min.get())) {
      lower(min, number);
    }
    if (number > Double.longBitsToDouble(max.get())) {
      raise(max, number);
    }
  }

  private void accumulate(double number) {
    double before = accumulate(sum, number);
    double after = before + number;
    double rest =
        Math.abs(before) >= Math.abs(number)
            ? (before - after) + number
            : (number - after) + before;
    if (rest != 0) {
      accumulate(lost, rest);
    }
  }

  /** Adds a number and returns the sum before. */
  private static double accumulate(AtomicLong bits, double number) {
    long before;
    long after;
    do {
      before = bits.get();
      after = Double.doubleToRawLongBits(Double.longBitsToDouble(before) + number);
    } while (!bits.compareAndSet(before, after));
    return Double.longBitsToDouble(before);
  }

  private static void lower(AtomicLong bits, double number) {
    long before = bits.get();
    while (number < Double.longBitsToDouble(before)
        && !bits.compareAndSet(before, Double.doubleToRawLongBits(number))) {
      before = bits.get();
    }
  }

  private static void raise(AtomicLong bits, double number) {
    long before = bits.get();
    while (number > Double.longBitsToDouble(before)
        && !bits.compareAndSet(before, Double.doubleToRawLongBits(number))) {
      before = bits.get();
    }
  }

  /** Moves everything into a sink. Only while {@link #activeWriters} is zero. */
  void drainTo(ConcurrentHistogram.Sink sink) {
    if (max.get() == EMPTY_MAX) {
      return;
    }
    negative.drainTo((index, count) -> sink.addBucket(-1, index, count));
    long zeroCount = zeros.getAndSet(0);
    if (zeroCount > 0) {
      sink.addBucket(0, 0, zeroCount);
    }
    positive.drainTo((index, count) -> sink.addBucket(1, index, count));
    double low = Double.longBitsToDouble(min.getAndSet(EMPTY_MIN));
    double high = Double.longBitsToDouble(max.getAndSet(EMPTY_MAX));
    sink.addStatistics(Double.longBitsToDouble(sum.getAndSet(0)), low, high);
    sink.addStatistics(Double.longBitsToDouble(lost.getAndSet(0)), low, high);
    long huge = hugeCount.getAndSet(0);
    if (huge > 0) {
      double mean = Double.longBitsToDouble(hugeSum.getAndSet(0)) / huge / REDUCED;
      sink.addStatistics(huge, Math.max(low, Math.min(high, mean)), low, high);
    }
  }
}
