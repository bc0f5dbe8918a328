package io.greenlang.metrics.benchmarks;

/**
 * Histogram of delivery latencies in microseconds, with buckets that grow with the value. Recording
 * is one increment and creates no garbage; a percentile is at most 1.6 % too high.
 *
 * <p>Each power of two is divided into {@value #STEPS} equal buckets; below that a bucket is one
 * microsecond. Confined to one thread.
 */
public final class LatencyHistogram {

  private static final int STEPS = 64;
  private static final int STEP_BITS = 6;

  /** Enough for every positive long. */
  private final long[] counts = new long[(Long.SIZE - STEP_BITS) * STEPS];

  private long count;
  private long max;

  /** Records one latency. */
  public void record(long micros) {
    // Both processes read the same clock, but each rounds separately, so the difference may be -1
    // µs.
    long value = Math.max(0, micros);
    counts[bucket(value)]++;
    count++;
    max = Math.max(max, value);
  }

  /** Returns the number of recorded latencies. */
  public long count() {
    return count;
  }

  /**
   * Returns the latency in milliseconds that a share of the deliveries did not exceed; 0 if there
   * were none.
   */
  public double percentileMillis(double share) {
    long rank = (long) Math.ceil(share * count);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        return Math.min(upperBound(i), max) / 1000.0;
      }
    }
    return max / 1000.0;
  }

  /** Returns the highest latency in milliseconds; 0 if there were none. */
  public double maxMillis() {
    return max / 1000.0;
  }

  private static int bucket(long value) {
    if (value < STEPS) {
      return (int) value;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - STEP_BITS;
    return shift * STEPS + (int) (value >>> shift);
  }

  private static long upperBound(int bucket) {
    if (bucket < 2 * STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (bucket - shift * STEPS + 1) << shift) - 1;
  }
}
