package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Histograms;
import java.util.Locale;

/** A statistic of a histogram that is also delivered as a gauge of its own. */
public enum Statistic {
  /** The smallest observation. */
  MIN,
  /** The largest observation. */
  MAX,
  /** The mean. */
  AVG,
  /** The median. */
  P50,
  /** The 95th percentile. */
  P95,
  /** The 99th percentile. */
  P99;

  /** Returns the last part of the gauge's name, such as {@code p95}. */
  public String suffix() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the statistic of a histogram's aggregate. */
  double of(Aggregate histogram) {
    return switch (this) {
      case MIN -> histogram.min();
      case MAX -> histogram.max();
      case AVG -> histogram.value();
      case P50 -> Histograms.quantile(histogram, 0.50);
      case P95 -> Histograms.quantile(histogram, 0.95);
      case P99 -> Histograms.quantile(histogram, 0.99);
    };
  }
}
