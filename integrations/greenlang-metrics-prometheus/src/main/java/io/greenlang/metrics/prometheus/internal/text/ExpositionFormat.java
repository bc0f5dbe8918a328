package io.greenlang.metrics.prometheus.internal.text;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A text format in which a target answers a scrape. */
public enum ExpositionFormat {

  /** Prometheus text 0.0.4. */
  TEXT("text/plain", "0.0.4", "0.0.4"),

  /** OpenMetrics 1.0, and its predecessor 0.0.1, which has the same syntax. */
  OPENMETRICS("application/openmetrics-text", "1.0.0", "0.0.1");

  /** The value of the header {@code Accept}: both formats, OpenMetrics preferred. */
  public static final String ACCEPT =
      "application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.8,"
          + "text/plain;version=0.0.4;escaping=underscores;q=0.5";

  private final String mediaType;
  private final String version;
  private final String predecessor;

  ExpositionFormat(String mediaType, String version, String predecessor) {
    this.mediaType = mediaType;
    this.version = version;
    this.predecessor = predecessor;
  }

  /**
   * Returns the format of a content type; null if it is none of these. A content type without a
   * version has the version that the format's name implies.
   */
  public static @Nullable ExpositionFormat ofContentType(String contentType) {
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", 9);
    for (ExpositionFormat format : values()) {
      if (parts[0].strip().equals(format.mediaType)) {
        return format.hasVersionOf(parts) ? format : null;
      }
    }
    return null;
  }

  private boolean hasVersionOf(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("version=")) {
        String value = parameter.substring("version=".length()).replace("\"", "");
        return value.equals(version) || value.equals(predecessor);
      }
    }
    return true;
  }
}
