package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.codec.IsoTime;
import io.greenlang.metrics.redis.internal.support.MalformedDataException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parsers for the optional fields of an external publisher's metric. */
final class ExternalFields {

  private static final double MILLIS = 1_000;

  /**
   * The limit of a numeric timestamp, in seconds since 1970. No metric can have a time beyond it.
   */
  private static final double MAX_SECONDS = 1e12;

  private ExternalFields() {}

  /** Returns a type; without one, the metric is a gauge. */
  static MetricType type(@Nullable Object type) throws MalformedDataException {
    if (type == null) {
      return MetricType.GAUGE;
    }
    if (type instanceof String name) {
      return new MetricType(name);
    }
    throw new MalformedDataException("a type is not a string");
  }

  /** Returns the tags, of which there may be none. */
  static Tags tags(@Nullable Object value) throws MalformedDataException {
    if (value == null) {
      return Tags.empty();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new MalformedDataException("the tags are not a map");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      tags.put(String.valueOf(entry.getKey()), tagValue(entry.getValue()));
    }
    return Tags.of(tags);
  }

  private static String tagValue(@Nullable Object value) throws MalformedDataException {
    if (value instanceof String text) {
      return text;
    }
    throw new MalformedDataException("a tag is not a string");
  }

  /**
   * Returns a timestamp: a text in any form that {@link IsoTime} accepts, seconds since 1970, or
   * the default if there is none.
   */
  static Instant time(@Nullable Object value, Instant defaultTime) throws MalformedDataException {
    if (value == null) {
      return defaultTime;
    }
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= MAX_SECONDS) {
      return Instant.ofEpochMilli(Math.round(number.doubleValue() * MILLIS));
    }
    if (value instanceof String text) {
      return isoTime(text);
    }
    throw new MalformedDataException(
        "a timestamp is neither an ISO 8601 time nor seconds since 1970");
  }

  private static Instant isoTime(String text) throws MalformedDataException {
    try {
      return IsoTime.parse(text);
    } catch (IsoTime.MalformedTimeException e) {
      throw new MalformedDataException(
          "a timestamp is not a time such as 2025-11-08T12:00:00Z: " + e.reason());
    }
  }
}
