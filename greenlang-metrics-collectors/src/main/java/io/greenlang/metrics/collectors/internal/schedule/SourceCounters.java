package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;

/** Counters of one source. The runner updates them; any thread may take snapshots. */
public final class SourceCounters {

  private final String name;
  private final MetricsClock clock;
  private long collections;
  private long failures;
  private long skippedTicks;
  private long idleTicks;
  private long metricsPublished;
  private long metricsDropped;
  private long lastCollectionNanos;
  private boolean inProgress;
  private long startNanos;

  /**
   * The counters at one moment; all but the durations are totals since the collector was built.
   *
   * @param lastCollection the duration of the last collection; zero before the first
   * @param inProgress the elapsed time of the collection in progress; zero if there is none
   */
  public record Snapshot(
      String name,
      long collections,
      long failures,
      long skippedTicks,
      long idleTicks,
      long metricsPublished,
      long metricsDropped,
      Duration lastCollection,
      Duration inProgress) {}

  SourceCounters(String name, MetricsClock clock) {
    this.name = name;
    this.clock = clock;
  }

  synchronized void collectionStarted() {
    inProgress = true;
    startNanos = clock.monotonicNanos();
  }

  synchronized void collectionEnded() {
    inProgress = false;
    lastCollectionNanos = clock.monotonicNanos() - startNanos;
  }

  synchronized void recordPublished(int metrics) {
    collections++;
    metricsPublished += metrics;
  }

  synchronized void recordFailure() {
    failures++;
  }

  synchronized void recordIdleTick() {
    idleTicks++;
  }

  synchronized void recordDropped(int metrics) {
    metricsDropped += metrics;
  }

  synchronized void recordSkipped(long ticks) {
    skippedTicks += ticks;
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(
        name,
        collections,
        failures,
        skippedTicks,
        idleTicks,
        metricsPublished,
        metricsDropped,
        Duration.ofNanos(lastCollectionNanos),
        inProgress ? Duration.ofNanos(clock.monotonicNanos() - startNanos) : Duration.ZERO);
  }
}
