package io.greenlang.metrics.subscription;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Fields of histograms that a client requests beyond those that every histogram has. Immutable.
 *
 * @param quantiles the quantiles to add, each from 0 to 1; at most {@value #MAX_QUANTILES}
 * @param buckets whether to add the buckets, from which a client can compute any quantile and can
 *     merge histograms
 */
public record HistogramFields(SortedSet<Double> quantiles, boolean buckets) {

  /** The maximum number of quantiles. */
  public static final int MAX_QUANTILES = 16;

  /** The quantiles that every histogram has. */
  public static final Set<Double> STANDARD_QUANTILES = Set.of(0.5, 0.95, 0.99);

  /** No further field. */
  public static final HistogramFields NONE = new HistogramFields(new TreeSet<>(), false);

  /**
   * Copies the quantiles.
   *
   * @throws IllegalArgumentException if there are too many quantiles, or one is out of range
   */
  public HistogramFields {
    if (quantiles.size() > MAX_QUANTILES) {
      throw new IllegalArgumentException(
          "at most " + MAX_QUANTILES + " quantiles are allowed, but there are " + quantiles.size());
    }
    for (double quantile : quantiles) {
      if (!(quantile >= 0 && quantile <= 1)) {
        throw new IllegalArgumentException("quantile must be from 0 to 1, but is " + quantile);
      }
    }
    quantiles = Collections.unmodifiableSortedSet(new TreeSet<>(quantiles));
  }

  /** Returns the name of a quantile's field: {@code p90} for 0.9, {@code p99.9} for 0.999. */
  public static String nameOf(double quantile) {
    return "p"
        + BigDecimal.valueOf(quantile).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
