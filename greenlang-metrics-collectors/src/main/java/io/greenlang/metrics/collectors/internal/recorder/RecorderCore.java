package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.collectors.RecorderBuilder;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Common part of the recorders: the registry of names, and one pass over it that drains the window
 * and writes the metrics.
 */
public final class RecorderCore {

  /** The collection interval that the specification requires for these channels. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  /** The summary of one workflow or agent at a collection. */
  public record OperationSnapshot(OperationStats operation, OperationSummary summary) {}

  public final OperationRegistry registry;
  private final Channel channel;
  private final String dimension;
  private final MetricsClock clock;
  private final CachedTags cachedTags;
  private final TimingMetricNames totalNames;
  private final TimingMetricNames operationNames;

  /**
   * Creates the core of a recorder.
   *
   * @param count the counted events, such as {@code executions}
   * @param time the measured time, such as {@code duration}
   */
  public RecorderCore(
      Channel channel,
      String dimension,
      String count,
      String time,
      RecorderBuilder.Settings settings) {
    this.registry = new OperationRegistry(dimension, settings);
    this.channel = channel;
    this.dimension = dimension;
    this.clock = settings.clock();
    this.cachedTags = new CachedTags(settings.tags());
    this.totalNames = new TimingMetricNames("", count, time);
    this.operationNames = new TimingMetricNames(dimension + ".", count, time);
  }

  public long nanoTime() {
    return clock.monotonicNanos();
  }

  /** Returns an empty collection of the metrics of all operations. */
  public SampleCollector newCollector() {
    return new SampleCollector(channel, cachedTags);
  }

  /** Drains every recording once and returns the summaries. */
  public List<OperationSnapshot> drainAll() {
    long now = clock.monotonicNanos();
    List<OperationSnapshot> snapshots = new ArrayList<>();
    for (OperationStats recording : registry.operations()) {
      snapshots.add(new OperationSnapshot(recording, recording.window.drain(recording, now)));
    }
    registry.logOverflow();
    return snapshots;
  }

  /** Writes the metrics of all operations together and returns their summary. */
  public OperationSummary writeTotals(List<OperationSnapshot> snapshots, SampleCollector samples) {
    OperationSummary total = new OperationSummary();
    snapshots.forEach(snapshot -> total.merge(snapshot.summary()));
    totalNames.write(total, samples);
    return total;
  }

  /** Writes the metrics of one operation. */
  public void writeOperation(OperationSnapshot snapshot, SampleCollector samples) {
    operationNames.write(snapshot.summary(), withTagsOf(snapshot, samples));
  }

  /** Returns a view of {@code samples} that adds the tags of one workflow or agent. */
  public SampleCollector withTagsOf(OperationSnapshot snapshot, SampleCollector samples) {
    OperationStats recording = snapshot.operation();
    return samples.withTag(dimension, recording.name, recording.tags);
  }
}
