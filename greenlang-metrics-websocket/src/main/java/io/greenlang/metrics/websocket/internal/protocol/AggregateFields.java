package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Histograms;
import io.greenlang.metrics.subscription.HistogramFields;
import org.jspecify.annotations.Nullable;

/** The numbers of an aggregate beside its value and count, in the order of the messages. */
final class AggregateFields {

  private AggregateFields() {}

  /**
   * Passes the numbers to {@code details}.
   *
   * @param millis the length of the window in milliseconds; 0 for a sample
   * @param fields the further fields of histograms
   */
  static void forEach(
      Aggregate aggregate, long millis, HistogramFields fields, Aggregate.Details details) {
    details.put("min", aggregate.min());
    details.put("max", aggregate.max());
    aggregate.forEachField(Math.max(1, millis), details);
    if (!fields.quantiles().isEmpty() && Histograms.isHistogram(aggregate)) {
      for (double quantile : fields.quantiles()) {
        if (!HistogramFields.STANDARD_QUANTILES.contains(quantile)) {
          details.put(HistogramFields.nameOf(quantile), Histograms.quantile(aggregate, quantile));
        }
      }
    }
  }

  /** Returns the buckets of an aggregate if they are requested and it is a histogram. */
  static @Nullable HistogramBuckets buckets(Aggregate aggregate, HistogramFields fields) {
    return hasBuckets(aggregate, fields) ? HistogramBuckets.of(aggregate) : null;
  }

  /** Returns whether buckets are requested and the aggregate is a histogram. */
  static boolean hasBuckets(Aggregate aggregate, HistogramFields fields) {
    return fields.buckets() && Histograms.isHistogram(aggregate);
  }
}
