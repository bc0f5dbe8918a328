package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.util.SeriesKey;

/**
 * A gauge that is derived from the histogram of a view, such as {@code duration.p95} from {@code
 * duration}.
 *
 * @param key the identity of the gauge
 * @param statistic the statistic that is its value
 */
public record DerivedSeries(SeriesKey key, Statistic statistic) {

  /** Returns the window of the gauge for a sample or a window of the histogram. */
  public Aggregate window(Aggregate histogram) {
    return new StatisticAggregate(histogram, statistic.of(histogram));
  }
}
