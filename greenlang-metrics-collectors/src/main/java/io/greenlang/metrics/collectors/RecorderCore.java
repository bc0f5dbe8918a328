package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the recorders have in common: the table, the window, and one pass over both. */
final class RecorderCore {

  /** As often as the channels of the specification. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** One workflow or agent, and where it stands. */
  record Standing(Recording recording, Summary summary) {}

  final RecordingTable table;
  private final Channel channel;
  private final String dimension;
  private final MetricsClock clock;
  private final PartTags parts;
  private final TimingNames ofAll;
  private final TimingNames ofOne;

  /**
   * @param count what is counted, such as {@code executions}
   * @param time what is timed, such as {@code duration}
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
    this.parts = new PartTags(settings.tags());
    this.ofAll = new TimingNames("", count, time);
    this.ofOne = new TimingNames(dimension + ".", count, time);
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  /** Readings of all together, to be completed by the parts. */
  Readings readings() {
    return new Readings(channel, parts);
  }

  /** Drains every recording once. */
  List<Standing> standings() {
    long now = clock.nanoTime();
    List<Standing> standings = new ArrayList<>();
    for (Recording recording : table.all()) {
      standings.add(new Standing(recording, recording.history.drain(recording, now)));
    }
    table.complain();
    return standings;
  }

  /** Writes the whole, and tells what it comes to. */
  Summary writeWhole(List<Standing> standings, Readings readings) {
    Summary whole = new Summary();
    standings.forEach(standing -> whole.add(standing.summary()));
    ofAll.write(whole, readings);
    return whole;
  }

  void writePart(Standing standing, Readings readings) {
    ofOne.write(standing.summary(), of(standing, readings));
  }

  /** Readings with the tags of one workflow or agent. */
  Readings of(Standing standing, Readings readings) {
    Recording recording = standing.recording();
    return readings.of(dimension, recording.name, recording.tags);
  }
}
