package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;

/**
 * Knows how the metrics of one type are aggregated. A host brings one for a type of its own with
 * {@code MetricsHub.builder().aggregator(…)}; the three that are built in come through the same
 * door. The test kit's {@code AggregatorContract} shows whether an implementation keeps what is
 * asked of it here.
 *
 * <p>Its code runs on the threads that publish, while they hold up their channel, so it does no I/O
 * and takes no lock. If it fails, the windows in which it failed are left out, and nothing else is:
 * readings go on, other types are not touched. If it is slow, it is set aside for a minute. (A call
 * that never comes back keeps its channel for ever: no one can end it.) Both are counted by {@code
 * HubStats.aggregatorFailures} and logged at most once a minute.
 */
public interface Aggregator {

  /** The type of the metrics that it is for; always the same. */
  MetricType type();

  /** A new aggregate of nothing yet. Any thread. */
  Aggregate create();

  /**
   * The aggregate that was {@linkplain Aggregate#pack packed}, perhaps by an earlier version of
   * this aggregator on another machine. Any thread.
   *
   * @throws IllegalArgumentException if these bytes are none that an aggregate was packed into
   */
  Aggregate unpack(byte[] packed);

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
