package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;

/**
 * Knows how the metrics of one type are aggregated. A host can bring one for a type of its own; the
 * three that are built in come through the same door.
 */
public interface Aggregator {

  /** The type of the metrics that it is for. */
  MetricType type();

  /** A new aggregate of nothing yet. Any thread. */
  Aggregate create();

  /** The aggregator of a built-in type. */
  static Aggregator of(MetricType type) {
    return switch (type) {
      case GAUGE -> BuiltIn.GAUGES;
      case COUNTER -> BuiltIn.COUNTERS;
      case HISTOGRAM -> BuiltIn.HISTOGRAMS;
    };
  }

  /** For levels: the mean. */
  static Aggregator gauges() {
    return BuiltIn.GAUGES;
  }

  /** For running totals: the last total, how much was added, and how fast. */
  static Aggregator counters() {
    return BuiltIn.COUNTERS;
  }

  /** For distributions: the mean and percentiles within 1 %. */
  static Aggregator histograms() {
    return BuiltIn.HISTOGRAMS;
  }
}
