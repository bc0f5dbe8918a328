package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;

/** Counters of one source. The worker updates them; any thread may take snapshots. */
final class SourceTally {

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

  SourceTally(String name, MetricsClock clock) {
    this.name = name;
    this.clock = clock;
  }

  synchronized void readingBegan() {
    inProgress = true;
    startNanos = clock.nanoTime();
  }

  synchronized void readingEnded() {
    inProgress = false;
    lastCollectionNanos = clock.nanoTime() - startNanos;
  }

  synchronized void published(int metrics) {
    collections++;
    metricsPublished += metrics;
  }

  synchronized void failed() {
    failures++;
  }

  synchronized void idled() {
    idleTicks++;
  }

  synchronized void dropped(int metrics) {
    metricsDropped += metrics;
  }

  synchronized void skipped(long ticks) {
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
        inProgress ? Duration.ofNanos(clock.nanoTime() - startNanos) : Duration.ZERO);
  }
}
