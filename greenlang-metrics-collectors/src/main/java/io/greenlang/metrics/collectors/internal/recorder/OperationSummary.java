package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;

/**
 * Totals and recent durations of one recording, or of all together, at one collection. Confined to
 * one thread.
 */
public final class OperationSummary {

  long successful;
  long failed;
  long running;
  public long pending;
  public long errors;

  /** The operations that succeeded within the window. */
  long recentSuccessful;

  /** The operations that failed within the window. */
  long recentFailed;

  /** The operations that ended per second, over the window; NaN if it is too early to know. */
  double perSecond;

  /** The durations in milliseconds of all operations that ended within the window. */
  final Aggregate durations = BuiltInAggregator.HISTOGRAMS.create();

  long total() {
    return successful + failed;
  }

  public long recent() {
    return recentSuccessful + recentFailed;
  }

  /**
   * Returns a percentile of the durations within the window; NaN if nothing ended in it.
   *
   * @param name such as {@code p95}
   */
  public double percentile(String name) {
    double[] result = {Double.NaN};
    if (recent() > 0) {
      durations.forEachField(
          1,
          (detail, value) -> {
            if (detail.equals(name)) {
              result[0] = value;
            }
          });
    }
    return result[0];
  }

  void merge(OperationSummary other) {
    successful += other.successful;
    failed += other.failed;
    running += other.running;
    pending += other.pending;
    errors += other.errors;
    recentSuccessful += other.recentSuccessful;
    recentFailed += other.recentFailed;
    perSecond += other.perSecond;
    durations.mergeSeries(other.durations);
  }
}
