package io.greenlang.metrics.prometheus.internal.text;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The type of a metric family, as a {@code # TYPE} line declares it. */
public enum FamilyType {
  /** A running total. */
  COUNTER,
  /** A level. */
  GAUGE,
  /** Counts of observations by upper bound, accumulated since the start. */
  HISTOGRAM,
  /** Counts of present things by upper bound. */
  GAUGE_HISTOGRAM,
  /** Quantiles that the target computed, a sum and a count. */
  SUMMARY,
  /** Labels that describe the target, with the value 1. */
  INFO,
  /** Booleans, one per state. */
  STATE_SET,
  /** Not declared, {@code untyped} or {@code unknown}. */
  UNKNOWN;

  private static final Map<String, FamilyType> TEXT_WORDS =
      Map.of(
          "counter", COUNTER,
          "gauge", GAUGE,
          "histogram", HISTOGRAM,
          "summary", SUMMARY,
          "untyped", UNKNOWN);

  private static final Map<String, FamilyType> OPENMETRICS_WORDS =
      Map.of(
          "counter", COUNTER,
          "gauge", GAUGE,
          "histogram", HISTOGRAM,
          "gaugehistogram", GAUGE_HISTOGRAM,
          "summary", SUMMARY,
          "info", INFO,
          "stateset", STATE_SET,
          "unknown", UNKNOWN);

  /** Returns the type that a format calls by a word; null if there is none. */
  static @Nullable FamilyType of(String word, ExpositionFormat format) {
    return (format == ExpositionFormat.TEXT ? TEXT_WORDS : OPENMETRICS_WORDS).get(word);
  }
}
