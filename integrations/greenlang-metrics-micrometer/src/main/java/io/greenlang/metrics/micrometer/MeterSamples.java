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

  private record Series(String name, Tags tags) {}

  private final List<Metric> metrics = new ArrayList<>();
  private final List<Metric> ofMeter = new ArrayList<>();
  private final Map<Series, Meter.Id> owners;
  private final List<String> problems = new ArrayList<>();
  private int skipped;

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
    for (Metric metric : ofMeter) {
      Series series = new Series(metric.name(), metric.tags());
      if (!owners.computeIfAbsent(series, absent -> reader.id()).equals(reader.id())) {
        skip(reader, "another meter has the series " + metric.name());
        return;
      }
    }
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
    } catch (RuntimeException e) {
      skip(reader, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void skip(MeterReader reader, String problem) {
    skipped++;
    if (reader.reportFirst()) {
      problems.add(reader + ": " + problem);
    }
  }

  List<Metric> metrics() {
    return metrics;
  }

  /** Returns the problems of meters that had none before. */
  List<String> problems() {
    return problems;
  }

  /** Returns the number of meters that were left out. */
  int skipped() {
    return skipped;
  }
}
