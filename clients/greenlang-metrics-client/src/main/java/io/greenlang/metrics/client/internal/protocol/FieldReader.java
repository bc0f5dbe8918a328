package io.greenlang.metrics.client.internal.protocol;

import io.greenlang.metrics.client.model.ErrorCode;
import io.greenlang.metrics.client.model.MetricsClientException;
import io.greenlang.metrics.codec.IsoTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Conversions of the fields of a document, each of which throws if the value is of another kind.
 */
final class FieldReader {

  private static final Pattern INTERVAL = Pattern.compile("(\\d{1,9})([smhd])");
  private static final double NANOS = 1e9;
  private static final double MAX_SECONDS = 1e11;

  private FieldReader() {}

  static String text(Map<String, ?> fields, String name) {
    String text = optionalText(fields, name);
    if (text == null || text.isEmpty()) {
      throw malformed("its " + name + " is not a text");
    }
    return text;
  }

  static @Nullable String optionalText(Map<String, ?> fields, String name) {
    return fields.get(name) instanceof String text ? text : null;
  }

  /** Returns a whole number from -1, which is the offset of a channel without publications. */
  static long count(Map<String, ?> fields, String name) {
    Object value = fields.get(name);
    if ((value instanceof Long || value instanceof Integer) && ((Number) value).longValue() >= -1) {
      return ((Number) value).longValue();
    }
    throw malformed("its " + name + " is not a count");
  }

  /** Returns a finite number; null if the field is of another kind. */
  static @Nullable Double number(@Nullable Object value) {
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    return null;
  }

  /** Returns a duration in seconds, which may have a fraction; null if there is none. */
  static @Nullable Duration seconds(Map<String, ?> fields, String name) {
    Double seconds = number(fields.get(name));
    return seconds == null || seconds <= 0 || seconds > MAX_SECONDS
        ? null
        : Duration.ofSeconds(seconds.longValue(), (long) (seconds % 1 * NANOS));
  }

  /** Returns a time in seconds since 1970, which may have a fraction; null if there is none. */
  static @Nullable Instant epochSeconds(Map<String, ?> fields, String name) {
    Duration since1970 = seconds(fields, name);
    return since1970 == null ? null : Instant.EPOCH.plus(since1970);
  }

  static Instant time(Map<String, ?> fields, String name) {
    try {
      return IsoTime.parse(text(fields, name));
    } catch (IsoTime.MalformedTimeException e) {
      throw malformed("its " + name + " is not a time");
    }
  }

  /** Returns the length of a window such as {@code 40s}; null if there is none. */
  static @Nullable Duration interval(Map<String, ?> fields) {
    String text = optionalText(fields, "interval");
    if (text == null) {
      return null;
    }
    Matcher matcher = INTERVAL.matcher(text);
    if (!matcher.matches()) {
      throw malformed("its interval is not a length of time");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  static List<?> list(@Nullable Object value, String name) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw malformed("its " + name + " are not a list");
  }

  /** Returns a map, whose keys are texts in every document. */
  @SuppressWarnings("unchecked")
  static Map<String, ?> map(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, ?>) map;
    }
    throw malformed("its " + name + " is not an object");
  }

  static MetricsClientException malformed(String reason) {
    return MetricsClientException.of(ErrorCode.MALFORMED_FRAME, "A frame is malformed: " + reason);
  }
}
