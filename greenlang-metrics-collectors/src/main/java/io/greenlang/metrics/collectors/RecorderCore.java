package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Common part of the recorders: the registry of names, and one pass over it that drains the window
 * and writes the metrics.
 */
final class RecorderCore {

  /** The collection interval that the specification requires for these channels. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** The summary of one workflow or agent at a collection. */
  record Standing(Recording recording, Summary summary) {}

  final RecordingTable table;
  private final Channel channel;
  private final String dimension;
  private final MetricsClock clock;
  private final PartTags cachedTags;
  private final TimingNames totalNames;
  private final TimingNames operationNames;

  /**
   * Creates the core of a recorder.
   *
   * @param count the counted events, such as {@code executions}
   * @param time the measured time, such as {@code duration}
   */
  RecorderCore(
      Channel channel,
      String dimension,
      String count,
      String time,
      RecorderBuilder.Settings settings) {
    this.table = new RecordingTable(dimension, settings);
    this.channel = channel;
    this.dimension = dimension;
    this.clock = settings.clock();
    this.cachedTags = new PartTags(settings.tags());
    this.totalNames = new TimingNames("", count, time);
    this.operationNames = new TimingNames(dimension + ".", count, time);
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  /** Returns an empty collection of the metrics of all operations. */
  Readings readings() {
    return new Readings(channel, cachedTags);
  }

  /** Drains every recording once and returns the summaries. */
  List<Standing> standings() {
    long now = clock.nanoTime();
    List<Standing> snapshots = new ArrayList<>();
    for (Recording recording : table.all()) {
      snapshots.add(new Standing(recording, recording.history.drain(recording, now)));
    }
    table.complain();
    return snapshots;
  }

  /** Writes the metrics of all operations together and returns their summary. */
  Summary writeWhole(List<Standing> snapshots, Readings samples) {
    Summary total = new Summary();
    snapshots.forEach(snapshot -> total.add(snapshot.summary()));
    totalNames.write(total, samples);
    return total;
  }

  /** Writes the metrics of one operation. */
  void writePart(Standing snapshot, Readings samples) {
    operationNames.write(snapshot.summary(), of(snapshot, samples));
  }

  /** Returns a view of {@code samples} that adds the tags of one workflow or agent. */
  Readings of(Standing snapshot, Readings samples) {
    Recording recording = snapshot.recording();
    return samples.of(dimension, recording.name, recording.tags);
  }
}
