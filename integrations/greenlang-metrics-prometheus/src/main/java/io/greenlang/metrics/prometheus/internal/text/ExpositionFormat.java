package io.greenlang.metrics.prometheus.internal.text;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A format in which a target answers a scrape. */
public enum ExpositionFormat {

  /** Prometheus text 0.0.4. */
  TEXT("text/plain", Map.of("version", Set.of("0.0.4"))),

  /** OpenMetrics 1.0, and its predecessor 0.0.1, which has the same syntax. */
  OPENMETRICS("application/openmetrics-text", Map.of("version", Set.of("1.0.0", "0.0.1"))),

  /** Delimited messages in Protocol Buffers, the only format with native histograms. */
  PROTOBUF(
      "application/vnd.google.protobuf",
      Map.of(
          "proto", Set.of("io.prometheus.client.metricfamily"), "encoding", Set.of("delimited")));

  /** The value of the header {@code Accept}: all formats, the most expressive one preferred. */
  public static final String ACCEPT =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
          + "escaping=underscores;q=0.9,"
          + "application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.8,"
          + "text/plain;version=0.0.4;escaping=underscores;q=0.5";

  private final String mediaType;

  @SuppressWarnings("ImmutableEnumChecker") // maps and sets of the JDK that no one can change
  private final Map<String, Set<String>> parameters;

  ExpositionFormat(String mediaType, Map<String, Set<String>> parameters) {
    this.mediaType = mediaType;
    this.parameters = parameters;
  }

  /**
   * Returns the format of a content type; null if it is none of these. A parameter that a content
   * type does not have, such as the version, has the value that the format's name implies.
   */
  public static @Nullable ExpositionFormat ofContentType(String contentType) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", 9);
    for (ExpositionFormat format : values()) {
      if (parts[0].strip().equals(format.mediaType)) {
        return format.allows(parts) ? format : null;
      }
    }
    return null;
  }

  private boolean allows(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String[] parameter = parts[i].strip().split("=", 2);
      Set<String> allowed = parameters.get(parameter[0]);
      String value = parameter.length == 1 ? "" : parameter[1].replace("\"", "");
      if (allowed != null && !allowed.contains(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns whether a counter's samples have the name of their family, and not one with a suffix.
   */
  public boolean hasPlainCounters() {
    return this != OPENMETRICS;
  }

  /** Returns the part of a body that a number denotes in a report. */
  public String part() {
    return this == PROTOBUF ? "a part of family" : "line";
  }
}
