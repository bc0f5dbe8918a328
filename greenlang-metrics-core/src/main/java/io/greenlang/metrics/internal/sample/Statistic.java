package io.greenlang.metrics.internal.sample;

import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Histograms;
import java.util.Locale;

/** A statistic of a histogram that is also delivered as a separate gauge. */
public enum Statistic {
  /** The smallest observation. */
  MIN("Minimum"),
  /** The largest observation. */
  MAX("Maximum"),
  /** The mean. */
  AVG("Mean"),
  /** The median. */
  P50("Median"),
  /** The 95th percentile. */
  P95("95th percentile"),
  /** The 99th percentile. */
  P99("99th percentile");

  private final String label;

  Statistic(String label) {
    this.label = label;
  }

  /** Returns the last part of the gauge's name, such as {@code p95}. */
  public String suffix() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name of the gauge that is derived from a histogram. */
  String gaugeName(String histogram) {
    return histogram + "." + suffix();
  }

  /** Returns the description of the gauge that is derived from a histogram. */
  MetricDescription describe(MetricDescription histogram) {
    String text = histogram.description();
    String prefixed = text == null ? label : label + ": " + text;
    return new MetricDescription(
        histogram.channel(),
        gaugeName(histogram.name()),
        histogram.unit(),
        prefixed.length() > MetricDescription.MAX_DESCRIPTION_LENGTH ? text : prefixed);
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
