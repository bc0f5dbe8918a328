package io.greenlang.metrics.testkit;

import io.greenlang.metrics.aggregate.Aggregator;

class CounterAggregatorTest extends AggregatorContract {

  @Override
  protected Aggregator aggregator() {
    return Aggregator.counters();
  }
}
