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
  private final AtomicLong min = new AtomicLong(EMPTY_MIN);
  private final AtomicLong max = new AtomicLong(EMPTY_MAX);

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
    accumulate(sum, number);
    if (number < Double.longBitsToDouble(min.get())) {
      lower(min, number);
    }
    if (number > Double.longBitsToDouble(max.get())) {
      raise(max, number);
    }
  }

  private static void accumulate(AtomicLong bits, double number) {
    long before;
    long after;
    do {
      before = bits.get();
      after = Double.doubleToRawLongBits(Double.longBitsToDouble(before) + number);
    } while (!bits.compareAndSet(before, after));
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
    sink.addStatistics(
        Double.longBitsToDouble(sum.getAndSet(0)),
        Double.longBitsToDouble(min.getAndSet(EMPTY_MIN)),
        Double.longBitsToDouble(max.getAndSet(EMPTY_MAX)));
  }
}
