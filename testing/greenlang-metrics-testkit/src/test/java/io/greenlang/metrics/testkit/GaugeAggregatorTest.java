package io.greenlang.metrics.testkit;

import io.greenlang.metrics.aggregate.Aggregator;

class GaugeAggregatorTest extends AggregatorContract {

  @Override
  protected Aggregator aggregator() {
    return Aggregator.gauges();
  }
}
