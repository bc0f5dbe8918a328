package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricsClock;
import java.time.Duration;

/** Counts what one source does. Its worker writes, any thread takes snapshots. */
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
  private boolean reading;
  private long readingSinceNanos;

  SourceTally(String name, MetricsClock clock) {
    this.name = name;
    this.clock = clock;
  }

  synchronized void readingBegan() {
    reading = true;
    readingSinceNanos = clock.nanoTime();
  }

  synchronized void readingEnded() {
    reading = false;
    lastCollectionNanos = clock.nanoTime() - readingSinceNanos;
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
        reading ? Duration.ofNanos(clock.nanoTime() - readingSinceNanos) : Duration.ZERO);
  }
}
