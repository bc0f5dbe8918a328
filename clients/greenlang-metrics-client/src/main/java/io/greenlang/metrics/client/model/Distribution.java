package io.greenlang.metrics.client.model;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The distribution of the observations of a histogram. Immutable.
 *
 * <p>A quantile is the nearest rank, within 1 % of an observation. {@code count}, {@code min} and
 * {@code max} are exact.
 *
 * @param count the number of observations
 * @param min the smallest observation
 * @param max the greatest observation
 * @param sum the sum of the observations
 * @param quantiles the quantiles by their rank from 0 to 1: 0.5, 0.95, 0.99, and the requested ones
 * @param buckets the buckets, if the subscription requests them; otherwise null
 */
public record Distribution(
    long count,
    double min,
    double max,
    double sum,
    SortedMap<Double, Double> quantiles,
    @Nullable Buckets buckets) {

  private static final Pattern PERCENTILE = Pattern.compile("p\\d+(\\.\\d+)?");

  /** Copies the quantiles. */
  public Distribution {
    quantiles = Collections.unmodifiableSortedMap(new TreeMap<>(quantiles));
  }

  static Distribution of(Metric metric) {
    SortedMap<Double, Double> quantiles = new TreeMap<>();
    for (Map.Entry<String, Double> each : metric.statistics().entrySet()) {
      if (PERCENTILE.matcher(each.getKey()).matches()) {
        quantiles.put(rank(each.getKey()), each.getValue());
      }
    }
    return new Distribution(
        metric.count().orElse(0),
        metric.min().orElse(Double.NaN),
        metric.max().orElse(Double.NaN),
        metric.sum().orElse(Double.NaN),
        quantiles,
        metric.buckets());
  }

  /** Returns the rank of a name such as {@code p99.9}, without the error of a division by 100. */
  private static double rank(String percentile) {
    return new BigDecimal(percentile.substring(1)).movePointLeft(2).doubleValue();
  }

  /** Returns the mean of the observations; NaN if there are none. */
  public double mean() {
    return count == 0 ? Double.NaN : sum / count;
  }

  /**
   * Returns a quantile that the server sent.
   *
   * @param rank the rank from 0 to 1, such as 0.95
   * @return empty if the subscription did not request it
   */
  public OptionalDouble quantile(double rank) {
    Double value = quantiles.get(rank);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
