package io.greenlang.metrics.collectors;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;

/** Where one recording, or all together, stand at one collection. One thread. */
final class Summary {

  long successful;
  long failed;
  long running;
  long pending;
  long errors;

  /** Of the window. */
  long recentSuccessful;

  long recentFailed;

  /** How many ended a second, over the window; NaN if it is too early to tell. */
  double perSecond;

  /** Milliseconds, of all that ended in the window. */
  final Aggregate durations = Aggregator.histograms().create();

  long total() {
    return successful + failed;
  }

  long recent() {
    return recentSuccessful + recentFailed;
  }

  /** Such as {@code p95}, of the window; NaN if nothing ended in it. */
  double percentile(String name) {
    double[] found = {Double.NaN};
    if (recent() > 0) {
      durations.describe(
          1,
          (detail, value) -> {
            if (detail.equals(name)) {
              found[0] = value;
            }
          });
    }
    return found[0];
  }

  void add(Summary other) {
    successful += other.successful;
    failed += other.failed;
    running += other.running;
    pending += other.pending;
    errors += other.errors;
    recentSuccessful += other.recentSuccessful;
    recentFailed += other.recentFailed;
    perSecond += other.perSecond;
    durations.combine(other.durations);
  }
}
