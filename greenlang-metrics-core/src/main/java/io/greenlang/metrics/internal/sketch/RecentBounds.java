package io.greenlang.metrics.internal.sketch;

import io.greenlang.metrics.internal.sketch.ImportedBuckets.Placement;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of explicit buckets that were used recently, with the buckets of {@link BucketMapping}
 * over which each explicit bucket is spread. A program sends the same bounds with each of its
 * points, and up to 32 logarithms per bucket are most of the cost of its distribution. Memory: at
 * most {@value #SLOTS} lists of at most {@value #MAX_BOUNDS} bounds, 85 KB for a list whose buckets
 * had all counts from 1 to 32. Once all slots are in use, a further list replaces one. Thread-safe.
 */
final class RecentBounds {

  /** The longest list; the default bounds of OpenTelemetry are 15, those of Prometheus 11. */
  private static final int MAX_BOUNDS = 32;

  private static final int SLOTS = 32;
  private static final AtomicReferenceArray<@Nullable RecentBounds> RECENT =
      new AtomicReferenceArray<>(SLOTS);

  private static final int SIGN_BITS = 2;
  private static final int SIGN_MASK = 3;

  private final double[] bounds;

  /** The encoded buckets of each explicit bucket but the outer ones, by the number of values. */
  private final AtomicReferenceArray<int @Nullable []> spreads;

  private RecentBounds(double[] bounds) {
    this.bounds = bounds;
    this.spreads = new AtomicReferenceArray<>(bounds.length * EvenSpread.MAX_VALUES);
  }

  /**
   * Returns the entry of some bounds; null if they are too many.
   *
   * @param bounds never modified
   */
  static @Nullable RecentBounds of(double[] bounds) {
    if (bounds.length > MAX_BOUNDS) {
      return null;
    }
    int first = slot(bounds);
    int slot = first;
    RecentBounds recent = RECENT.get(slot);
    while (recent != null && !Arrays.equals(recent.bounds, bounds)) {
      slot = (slot + 1) % SLOTS;
      recent = slot == first ? null : RECENT.get(slot);
    }
    if (recent == null) {
      recent = new RecentBounds(bounds);
      RECENT.set(slot, recent);
    }
    return recent;
  }

  /** Returns the slot at which the search for some bounds begins. */
  private static int slot(double[] bounds) {
    long hash = bounds.length;
    for (double bound : bounds) {
      hash = 31 * hash + Double.doubleToRawLongBits(bound);
    }
    hash ^= hash >>> 32;
    hash ^= hash >>> 16;
    return (int) (hash ^ (hash >>> 8)) & (SLOTS - 1);
  }

  /**
   * Places the observations of a bucket, with the same result as {@link EvenSpread#place}.
   *
   * @param bucket neither the first nor the last one
   */
  void place(int bucket, long count, Placement placement) {
    double low = bounds[bucket - 1];
    double high = bounds[bucket];
    int values = EvenSpread.values(low, high, count);
    int[] spread = spread(bucket, values);
    long placed = 0;
    for (int i = 0; i < values; i++) {
      long upTo = EvenSpread.countUpTo(i, values, count);
      placement.add((spread[i] & SIGN_MASK) - 1, spread[i] >> SIGN_BITS, upTo - placed);
      placed = upTo;
    }
  }

  private int[] spread(int bucket, int values) {
    int position = (bucket - 1) * EvenSpread.MAX_VALUES + values - 1;
    int[] spread = spreads.get(position);
    if (spread == null) {
      spread = new int[values];
      for (int i = 0; i < values; i++) {
        spread[i] = encode(EvenSpread.value(bounds[bucket - 1], bounds[bucket], i, values));
      }
      spreads.set(position, spread);
    }
    return spread;
  }

  /** Returns the bucket of a value: its index, and one more than its sign. */
  private static int encode(double value) {
    int sign = BucketMapping.sign(value);
    return (BucketMapping.index(sign, value) << SIGN_BITS) | (sign + 1);
  }
}
