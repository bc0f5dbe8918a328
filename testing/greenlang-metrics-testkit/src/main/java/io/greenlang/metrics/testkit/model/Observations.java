package io.greenlang.metrics.testkit.model;

import io.greenlang.metrics.subscription.HistogramFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Statistics of observations, computed from all of them. Immutable. */
final class Observations {

  private final List<Double> sorted;

  Observations(Collection<Double> observations) {
    List<Double> copy = new ArrayList<>(observations);
    Collections.sort(copy);
    sorted = List.copyOf(copy);
  }

  List<Double> sorted() {
    return sorted;
  }

  double min() {
    return sorted.get(0);
  }

  double max() {
    return sorted.get(sorted.size() - 1);
  }

  /** Returns the observation with the nearest rank of a quantile. */
  double quantile(double fraction) {
    int rank = (int) Math.max(1, Math.ceil(fraction * sorted.size()));
    return sorted.get(rank - 1);
  }

  NumberRange sum() {
    double sum = 0;
    double magnitude = 0;
    for (double each : sorted) {
      sum += each;
      magnitude += Math.abs(each);
    }
    return NumberRange.rounded(sum, magnitude);
  }

  NumberRange mean() {
    NumberRange sum = sum();
    return new NumberRange(sum.low() / sorted.size(), sum.high() / sorted.size());
  }

  /** Adds the fields that every window has. */
  void putRange(Map<String, NumberRange> fields) {
    fields.put("count", NumberRange.exactly(sorted.size()));
    fields.put("min", NumberRange.exactly(min()));
    fields.put("max", NumberRange.exactly(max()));
  }

  /** Adds the fields of a histogram. */
  void putHistogram(Map<String, NumberRange> fields, Collection<Double> quantiles) {
    putRange(fields);
    fields.put("sum", sum());
    for (double each : List.of(0.5, 0.95, 0.99)) {
      fields.put(HistogramFields.nameOf(each), NumberRange.percentile(quantile(each)));
    }
    for (double each : quantiles) {
      fields.put(HistogramFields.nameOf(each), NumberRange.percentile(quantile(each)));
    }
  }

  /** Returns the value of a derived gauge. */
  NumberRange statistic(String suffix) {
    return switch (suffix) {
      case "min" -> NumberRange.exactly(min());
      case "max" -> NumberRange.exactly(max());
      case "avg" -> mean();
      case "p50" -> NumberRange.percentile(quantile(0.5));
      case "p95" -> NumberRange.percentile(quantile(0.95));
      case "p99" -> NumberRange.percentile(quantile(0.99));
      default -> throw new IllegalArgumentException("no statistic " + suffix);
    };
  }
}
