package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;
import java.util.List;

/**
 * Totals and recent durations of one workflow or agent at one collection, or of all of them
 * together. Confined to one thread.
 */
public final class OperationSnapshot {

  private final String name;
  private final Tags tags;
  long successful;
  long failed;
  long running;
  long pending;
  long errors;

  /** The operations that succeeded within the window. */
  long recentSuccessful;

  /** The operations that failed within the window. */
  long recentFailed;

  /** The operations that ended per second, over the window; NaN if it is too early to know. */
  double perSecond;

  /** The durations in milliseconds of all operations that ended within the window. */
  final Aggregate durations = BuiltInAggregator.HISTOGRAMS.create();

  /** Creates a snapshot of nothing, to which values are added. */
  OperationSnapshot(String name, Tags tags) {
    this.name = name;
    this.tags = tags;
  }

  /** Returns the sum of all snapshots, which has neither name nor tags. */
  static OperationSnapshot total(List<OperationSnapshot> snapshots) {
    OperationSnapshot total = new OperationSnapshot("", Tags.empty());
    snapshots.forEach(total::merge);
    return total;
  }

  String name() {
    return name;
  }

  Tags tags() {
    return tags;
  }

  /** Returns the number of operations that have ended. */
  long ended() {
    return successful + failed;
  }

  /** Returns the number of operations that were queued and have not begun. */
  public long pending() {
    return pending;
  }

  /** Returns the number of errors, including those that did not end an operation. */
  public long errors() {
    return errors;
  }

  /** Returns the number of operations that ended within the window. */
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

  private void merge(OperationSnapshot other) {
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
