package io.greenlang.metrics.otlp;

import static io.greenlang.metrics.otlp.JsonField.Kind.BOOLEAN;
import static io.greenlang.metrics.otlp.JsonField.Kind.DOUBLE;
import static io.greenlang.metrics.otlp.JsonField.Kind.FIXED64;
import static io.greenlang.metrics.otlp.JsonField.Kind.MESSAGE;
import static io.greenlang.metrics.otlp.JsonField.Kind.TEMPORALITY;
import static io.greenlang.metrics.otlp.JsonField.Kind.TEXT;
import static io.greenlang.metrics.otlp.JsonField.Kind.VARINT;
import static io.greenlang.metrics.otlp.JsonField.Kind.ZIGZAG;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A field of the protocol's messages, by its name in JSON. Only the fields that the receiver uses
 * exist. All others, such as the hexadecimal ids of exemplars, are unknown and therefore ignored.
 *
 * @param number the number of the field
 * @param kind how its value is sent
 * @param message the fields of the message that is its value; null for other kinds
 */
record JsonField(int number, Kind kind, @Nullable Supplier<Map<String, JsonField>> message) {

  /** The ways in which values are sent. */
  enum Kind {
    TEXT("a text"),
    BOOLEAN("true or false"),
    VARINT("an integer"),
    ZIGZAG("an integer of 32 bits"),
    FIXED64("an integer"),
    DOUBLE("a number"),
    /**
     * The time from which points count. OTLP forbids the names of enumerations in JSON, which the
     * mapping of Protocol Buffers permits.
     */
    TEMPORALITY("1 (delta) or 2 (cumulative), because OTLP encodes enumerations as integers"),
    /** Bytes in base64, of which only the existence matters. */
    BYTES("a text in base64"),
    MESSAGE("an object");

    private final String rule;

    Kind(String rule) {
      this.rule = rule;
    }

    /** Returns the allowed values, for an error message. */
    String rule() {
      return rule;
    }
  }

  private static final Map<String, JsonField> VALUE = new HashMap<>();

  static {
    Map<String, JsonField> values = Map.of("values", message(1, () -> VALUE));
    VALUE.put("stringValue", of(1, TEXT));
    VALUE.put("boolValue", of(2, BOOLEAN));
    VALUE.put("intValue", of(3, VARINT));
    VALUE.put("doubleValue", of(4, DOUBLE));
    VALUE.put("arrayValue", message(5, () -> values));
    VALUE.put("kvlistValue", message(6, Map::of));
    VALUE.put("bytesValue", of(7, Kind.BYTES));
  }

  private static final Map<String, JsonField> ATTRIBUTE =
      Map.of("key", of(1, TEXT), "value", message(2, () -> VALUE));

  private static final Map<String, JsonField> NUMBER_POINT =
      point(
          Map.of(
              "asDouble", of(4, DOUBLE),
              "asInt", of(6, FIXED64),
              "attributes", attributes(7),
              "flags", of(8, VARINT)));

  private static final Map<String, JsonField> HISTOGRAM_POINT =
      point(
          Map.of(
              "count", of(4, FIXED64),
              "sum", of(5, DOUBLE),
              "bucketCounts", of(6, FIXED64),
              "explicitBounds", of(7, DOUBLE),
              "attributes", attributes(9),
              "flags", of(10, VARINT),
              "min", of(11, DOUBLE),
              "max", of(12, DOUBLE)));

  private static final Map<String, JsonField> BUCKETS =
      Map.of("offset", of(1, ZIGZAG), "bucketCounts", of(2, VARINT));

  private static final Map<String, JsonField> EXPONENTIAL_POINT =
      point(
          Map.ofEntries(
              Map.entry("attributes", attributes(1)),
              Map.entry("count", of(4, FIXED64)),
              Map.entry("sum", of(5, DOUBLE)),
              Map.entry("scale", of(6, ZIGZAG)),
              Map.entry("zeroCount", of(7, FIXED64)),
              Map.entry("positive", message(8, () -> BUCKETS)),
              Map.entry("negative", message(9, () -> BUCKETS)),
              Map.entry("flags", of(10, VARINT)),
              Map.entry("min", of(12, DOUBLE)),
              Map.entry("max", of(13, DOUBLE)),
              Map.entry("zeroThreshold", of(14, DOUBLE))));

  private static final Map<String, JsonField> QUANTILE =
      Map.of("quantile", of(1, DOUBLE), "value", of(2, DOUBLE));

  private static final Map<String, JsonField> SUMMARY_POINT =
      point(
          Map.of(
              "count", of(4, FIXED64),
              "sum", of(5, DOUBLE),
              "quantileValues", message(6, () -> QUANTILE),
              "attributes", attributes(7),
              "flags", of(8, VARINT)));

  private static final Map<String, JsonField> METRIC =
      Map.of(
          "name", of(1, TEXT),
          "description", of(2, TEXT),
          "unit", of(3, TEXT),
          "gauge", data(5, NUMBER_POINT),
          "sum", data(7, NUMBER_POINT),
          "histogram", data(9, HISTOGRAM_POINT),
          "exponentialHistogram", data(10, EXPONENTIAL_POINT),
          "summary", data(11, SUMMARY_POINT));

  private static final Map<String, JsonField> RESOURCE_METRICS =
      Map.of(
          "resource", message(1, () -> Map.of("attributes", attributes(1))),
          "scopeMetrics", message(2, () -> Map.of("metrics", message(2, () -> METRIC))));

  /** The fields of the request that exports metrics. */
  static final Map<String, JsonField> REQUEST =
      Map.of("resourceMetrics", message(1, () -> RESOURCE_METRICS));

  private static JsonField of(int number, Kind kind) {
    return new JsonField(number, kind, null);
  }

  private static JsonField message(int number, Supplier<Map<String, JsonField>> fields) {
    return new JsonField(number, MESSAGE, fields);
  }

  private static JsonField attributes(int number) {
    return message(number, () -> ATTRIBUTE);
  }

  private static Map<String, JsonField> point(Map<String, JsonField> fields) {
    Map<String, JsonField> all = new HashMap<>(fields);
    all.put("startTimeUnixNano", of(2, FIXED64));
    all.put("timeUnixNano", of(3, FIXED64));
    return all;
  }

  private static JsonField data(int number, Map<String, JsonField> point) {
    Map<String, JsonField> fields =
        Map.of(
            "dataPoints", message(1, () -> point),
            "aggregationTemporality", of(2, TEMPORALITY),
            "isMonotonic", of(3, BOOLEAN));
    return message(number, () -> fields);
  }
}
