package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.sketch.QuantileSketch;

/** Access to what only the aggregates of histograms have. */
public final class Histograms {

  private Histograms() {}

  /** Returns the aggregate of a distribution. */
  public static Aggregate of(Distribution distribution) {
    HistogramAggregate aggregate = new HistogramAggregate();
    aggregate.add(distribution.mean(), 0, distribution);
    return aggregate;
  }

  /** Returns whether an aggregate is that of a histogram, and has observations. */
  public static boolean isHistogram(Aggregate aggregate) {
    return GuardedAggregate.unwrapped(aggregate) instanceof HistogramAggregate
        && aggregate.count() > 0;
  }

  /**
   * Returns a quantile of a {@linkplain #isHistogram histogram}; see {@link Distribution#quantile}.
   */
  public static double quantile(Aggregate histogram, double fraction) {
    return aggregate(histogram).quantile(fraction);
  }

  /**
   * Passes the buckets of a {@linkplain #isHistogram histogram} to {@code visitor}; see {@link
   * Distribution#forEachBucket}.
   */
  public static void forEachBucket(Aggregate histogram, QuantileSketch.BucketVisitor visitor) {
    aggregate(histogram).forEachBucket(visitor);
  }

  private static HistogramAggregate aggregate(Aggregate histogram) {
    if (GuardedAggregate.unwrapped(histogram) instanceof HistogramAggregate aggregate) {
      return aggregate;
    }
    throw new IllegalArgumentException("not the aggregate of a histogram: " + histogram);
  }
}
