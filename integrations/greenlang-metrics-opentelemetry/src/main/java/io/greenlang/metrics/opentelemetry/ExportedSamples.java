package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The samples of one export. Confined to the thread that exports. */
final class ExportedSamples {

  private record Series(String name, Tags tags) {}

  private final List<Metric> metrics = new ArrayList<>();
  private final Map<Series, SeriesOrigin> previousOrigins;
  private final Map<Series, SeriesOrigin> origins = new HashMap<>();
  private String firstProblem = "";
  private int skipped;

  /** Creates samples without a predecessor. */
  ExportedSamples() {
    previousOrigins = Map.of();
  }

  /** Creates the samples that follow those of the previous export. */
  ExportedSamples(ExportedSamples previous) {
    previousOrigins = previous.origins;
  }

  /**
   * Claims a series for an origin. If several origins have it, the one of the previous export keeps
   * it, so that their values do not alternate.
   *
   * @throws IllegalArgumentException if another origin has the series
   */
  void claim(String name, Tags tags, SeriesOrigin origin) {
    Series series = new Series(name, tags);
    SeriesOrigin owner = previousOrigins.getOrDefault(series, origin);
    if (!owner.equals(origin) || origins.putIfAbsent(series, origin) != null) {
      throw new IllegalArgumentException(
          "another scope, instrument or attribute has the series with tags "
              + tags
              + "; rename one of them with a view, or tag them with their scope");
    }
  }

  /** Adds the samples of a series, or of a summary. */
  void add(List<Metric> samples) {
    metrics.addAll(samples);
  }

  /** Counts a series that was left out. */
  void skip(String name, String problem) {
    skipped++;
    if (skipped == 1) {
      firstProblem = shown(name) + ": " + problem;
    }
  }

  /** Returns a name for the log, which may not contain what an attacker can forge. */
  private static String shown(String name) {
    return name.substring(0, Math.min(64, name.length())).replaceAll("[\\p{Cc}\\p{Cs}]", "?");
  }

  List<Metric> metrics() {
    return metrics;
  }

  /** Returns the problem of the first series that was left out; empty if there was none. */
  String firstProblem() {
    return firstProblem;
  }

  /** Returns the number of series that were left out. */
  int skipped() {
    return skipped;
  }
}
