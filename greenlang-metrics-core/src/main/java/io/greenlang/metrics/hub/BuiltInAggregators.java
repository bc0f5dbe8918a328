package io.greenlang.metrics.hub;

import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;

/**
 * The aggregators of the built-in metric types. A hub uses them by itself; an application's own
 * aggregator can delegate to them. Immutable and thread-safe.
 */
public final class BuiltInAggregators {

  private BuiltInAggregators() {}

  /** Returns the aggregator for gauges, which reports the mean. */
  public static Aggregator gauges() {
    return BuiltInAggregator.GAUGES;
  }

  /**
   * Returns the aggregator for counters, which reports the last total, the increase and the rate
   * per second.
   */
  public static Aggregator counters() {
    return BuiltInAggregator.COUNTERS;
  }

  /** Returns the aggregator for histograms, which reports the mean and percentiles within 1 %. */
  public static Aggregator histograms() {
    return BuiltInAggregator.HISTOGRAMS;
  }
}
