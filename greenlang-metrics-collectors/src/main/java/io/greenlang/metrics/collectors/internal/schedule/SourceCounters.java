package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.SourceStats;
import java.time.Duration;

/** Counters of one source. The worker updates them; any thread may take snapshots. */
final class SourceCounters {

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

  synchronized SourceStats snapshot() {
    return new SourceStats(
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
