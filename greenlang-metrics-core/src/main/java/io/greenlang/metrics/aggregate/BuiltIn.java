package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;

/** The aggregators of the three types that every hub knows. */
enum BuiltIn implements Aggregator {
  GAUGES(MetricType.GAUGE) {
    @Override
    public Aggregate create() {
      return new GaugeAggregate();
    }
  },
  COUNTERS(MetricType.COUNTER) {
    @Override
    public Aggregate create() {
      return new CounterAggregate();
    }
  },
  HISTOGRAMS(MetricType.HISTOGRAM) {
    @Override
    public Aggregate create() {
      return new HistogramAggregate();
    }
  };

  private final MetricType type;

  BuiltIn(MetricType type) {
    this.type = type;
  }

  @Override
  public MetricType type() {
    return type;
  }
}
