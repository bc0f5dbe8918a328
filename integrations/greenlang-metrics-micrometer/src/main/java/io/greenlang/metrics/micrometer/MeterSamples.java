package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.micrometer.core.instrument.Meter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The samples of one collection. A meter adds all of its samples or none. */
final class MeterSamples {

  /**
   * The maximum number of meters that one message names. The next collection names further ones.
   */
  static final int MAX_PROBLEMS = 5;

  private record Series(String name, Tags tags) {}

  private final List<Metric> metrics = new ArrayList<>();
  private final List<Metric> ofMeter = new ArrayList<>();
  private final Map<Series, Meter.Id> owners;
  private final List<String> problems = new ArrayList<>();
  private int skipped;
  private int steps;

  /** Creates an empty collection with capacity for the series of so many samples. */
  MeterSamples(int expected) {
    owners = new HashMap<>(2 * expected);
  }

  /**
   * Adds the samples of a meter, unless it fails or another meter has one of its series. A meter
   * that is removed and added again during the collection may be met twice; both are one series.
   */
  void add(MeterReader reader) {
    if (!read(reader)) {
      return;
    }
    List<Series> all = ofMeter.stream().map(each -> new Series(each.name(), each.tags())).toList();
    // A meter that is left out owns none of its series, so all are verified before the first.
    for (Series series : all) {
      Meter.Id owner = owners.get(series);
      if (owner != null && !owner.equals(reader.id())) {
        skip(reader, "another meter has the series " + series.name());
        return;
      }
    }
    all.forEach(series -> owners.put(series, reader.id()));
    metrics.addAll(ofMeter);
  }

  /** Adds the last samples of a removed meter, whose series a new meter may continue. */
  void addFinal(MeterReader reader) {
    if (read(reader)) {
      metrics.addAll(ofMeter);
    }
  }

  private boolean read(MeterReader reader) {
    ofMeter.clear();
    try {
      reader.read(ofMeter::add);
      return true;
    } catch (Throwable thrown) {
      // Errors too: the function of a gauge can overflow the stack or miss a class.
      skip(reader, reason(thrown));
      return false;
    }
  }

  /** Returns the reason in an exception of the application, whose own methods can throw too. */
  private static String reason(Throwable thrown) {
    try {
      return thrown instanceof IllegalArgumentException
          ? String.valueOf(thrown.getMessage())
          : thrown.toString();
    } catch (Throwable unprintable) {
      return thrown.getClass().getName();
    }
  }

  private void skip(MeterReader reader, String problem) {
    skipped++;
    if (problems.size() < MAX_PROBLEMS && reader.reportFirst()) {
      problems.add(reader + ": " + problem);
    }
  }

  /** Leaves out a meter whose counts restart with each step. */
  void skipStep() {
    skipped++;
    steps++;
  }

  List<Metric> metrics() {
    return metrics;
  }

  /** Returns the problems of the first meters that had none before. */
  List<String> problems() {
    return problems;
  }

  /** Returns the number of meters that were left out. */
  int skipped() {
    return skipped;
  }

  /** Returns the number of meters that were left out because their counts restart. */
  int steps() {
    return steps;
  }
}
