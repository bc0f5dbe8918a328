package io.greenlang.metrics.testkit;

import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;

class HistogramAggregatorTest extends AggregatorContract {

  @Override
  protected Aggregator aggregator() {
    return BuiltInAggregator.HISTOGRAMS;
  }
}
