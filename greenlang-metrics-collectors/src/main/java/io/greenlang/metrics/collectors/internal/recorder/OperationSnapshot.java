package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Totals and recent operations of one workflow or agent at one collection, or of all of them
 * together. Confined to one thread.
 */
public final class OperationSnapshot {

  private final String name;
  private final Tags tags;
  private final Instant start;
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

  /**
   * The durations in milliseconds of the operations that ended since the previous collection; null
   * if none ended.
   */
  @Nullable Distribution durations;

  /** The durations in milliseconds of the operations that ended within the window, if kept. */
  final List<Distribution> recentDurations = new ArrayList<>();

  /** Creates a snapshot of nothing, to which values are added. */
  OperationSnapshot(String name, Tags tags, Instant start) {
    this.name = name;
    this.tags = tags;
    this.start = start;
  }

  /**
   * Returns the sum of all snapshots, which has neither name nor tags.
   *
   * @param start a time at which the sum was zero
   */
  static OperationSnapshot total(List<OperationSnapshot> snapshots, Instant start) {
    OperationSnapshot total = new OperationSnapshot("", Tags.empty(), start);
    snapshots.forEach(total::merge);
    total.durations = Durations.merge(snapshots.stream().map(snapshot -> snapshot.durations));
    return total;
  }

  String name() {
    return name;
  }

  Tags tags() {
    return tags;
  }

  /** Returns a time at which the totals were zero. */
  public Instant start() {
    return start;
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
   * Returns the 95th percentile of the durations within the window, in milliseconds; NaN if nothing
   * ended in it, or if the window keeps no durations.
   */
  public double recentP95() {
    Distribution recent = Durations.merge(recentDurations);
    return recent == null ? Double.NaN : recent.quantile(0.95);
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
  }
}
