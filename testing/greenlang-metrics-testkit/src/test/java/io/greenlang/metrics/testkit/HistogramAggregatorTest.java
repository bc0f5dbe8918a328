package io.greenlang.metrics.testkit;

import io.greenlang.metrics.aggregate.Aggregator;

class HistogramAggregatorTest extends AggregatorContract {

  @Override
  protected Aggregator aggregator() {
    return Aggregator.histograms();
  }
}
