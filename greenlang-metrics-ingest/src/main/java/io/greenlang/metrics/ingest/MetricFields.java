package io.greenlang.metrics.ingest;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.codec.IsoTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parsers for the optional fields of a metric. */
final class MetricFields {

  /** Begins the reason why a value is not accepted. */
  static final String INVALID = "invalid metric: ";

  private static final double MILLIS = 1_000;

  /**
   * The limit of a numeric timestamp, in seconds since 1970. No metric can have a time beyond it.
   */
  private static final double MAX_SECONDS = 1e12;

  private MetricFields() {}

  /**
   * The rejection of a field, and so of its metric or snapshot. It has no stack trace, because
   * publishers can cause it at any rate.
   */
  static final class InvalidFieldException extends Exception {

    private static final long serialVersionUID = 1;

    InvalidFieldException(String reason) {
      super(reason, null, false, false);
    }

    /** Returns the reason, which is never null. */
    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /** Returns a type; without one, the metric is a gauge. */
  static MetricType type(@Nullable Object type) throws InvalidFieldException {
    if (type == null) {
      return MetricType.GAUGE;
    }
    if (!(type instanceof String name)) {
      throw new InvalidFieldException("a type is not a string");
    }
    try {
      return new MetricType(name);
    } catch (IllegalArgumentException e) {
      throw new InvalidFieldException(INVALID + e.getMessage());
    }
  }

  /** Returns the tags, of which there may be none. */
  static Tags tags(@Nullable Object value) throws InvalidFieldException {
    if (value == null) {
      return Tags.empty();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new InvalidFieldException("the tags are not a map");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      tags.put(String.valueOf(entry.getKey()), tagValue(entry.getValue()));
    }
    try {
      return Tags.of(tags);
    } catch (IllegalArgumentException e) {
      throw new InvalidFieldException(INVALID + e.getMessage());
    }
  }

  private static String tagValue(@Nullable Object value) throws InvalidFieldException {
    if (value instanceof String text) {
      return text;
    }
    throw new InvalidFieldException("a tag is not a string");
  }

  /**
   * Returns a timestamp: a text in any form that {@link IsoTime} accepts, seconds since 1970, or
   * the default if there is none.
   */
  static Instant time(@Nullable Object value, Instant defaultTime) throws InvalidFieldException {
    if (value == null) {
      return defaultTime;
    }
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= MAX_SECONDS) {
      return Instant.ofEpochMilli(Math.round(number.doubleValue() * MILLIS));
    }
    if (value instanceof String text) {
      return isoTime(text);
    }
    throw new InvalidFieldException(
        "a timestamp is neither an ISO 8601 time nor seconds since 1970");
  }

  private static Instant isoTime(String text) throws InvalidFieldException {
    try {
      return IsoTime.parse(text);
    } catch (IsoTime.MalformedTimeException e) {
      throw new InvalidFieldException(
          "a timestamp is not a time such as 2025-11-08T12:00:00Z: " + e.reason());
    }
  }
}
