package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the recorders have in common: the table, the window, and one pass over both. */
final class RecorderCore {

  /** As often as the channels of the specification. */
  static final Duration INTERVAL = Duration.ofSeconds(5);

  static final Duration WINDOW = Duration.ofMinutes(1);
  static final int MAX_NAMES = 256;
  private static final int MAX_TAGS = 4;

  /** One workflow or agent, and where it stands. */
  record Standing(Recording recording, Summary summary) {}

  final RecordingTable table;
  private final Channel channel;
  private final String dimension;
  private final MetricsClock clock;
  private final Duration window;
  private final long createdNanos;
  private final PartTags parts;
  private final TimingNames ofAll;
  private final TimingNames ofOne;

  RecorderCore(
      Channel channel,
      String dimension,
      String count,
      String time,
      int maxNames,
      Duration window,
      Tags tags,
      MetricsClock clock) {
    this.table = new RecordingTable(dimension, maxNames, window);
    this.channel = channel;
    this.dimension = dimension;
    this.clock = clock;
    this.window = window;
    this.parts = new PartTags(tags);
    this.createdNanos = clock.nanoTime();
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
    table.complain(clock);
    return standings;
  }

  /** Writes the whole, and tells what it comes to. */
  Summary writeWhole(List<Standing> standings, Readings readings) {
    Summary whole = new Summary();
    standings.forEach(standing -> whole.add(standing.summary()));
    ofAll.write(whole, coveredSeconds(), readings);
    return whole;
  }

  void writePart(Standing standing, Readings readings) {
    ofOne.write(standing.summary(), coveredSeconds(), of(standing, readings));
  }

  /** Readings with the tags of one workflow or agent. */
  Readings of(Standing standing, Readings readings) {
    Recording recording = standing.recording();
    return readings.of(dimension, recording.name, recording.tags);
  }

  private double coveredSeconds() {
    return Math.min(window.toNanos(), clock.nanoTime() - createdNanos) / 1e9;
  }

  /** Checks a builder's numbers. */
  static void require(int maxNames, Duration window, Tags tags) {
    if (maxNames < 1 || maxNames > 10_000) {
      throw new IllegalArgumentException(
          "the limit of names is " + maxNames + "; it must lie between 1 and 10000");
    }
    if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "the window is " + window + "; it must lie between 1 second and 1 hour");
    }
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "the recorder has " + tags.size() + " tags of its own; at most " + MAX_TAGS);
    }
  }
}
