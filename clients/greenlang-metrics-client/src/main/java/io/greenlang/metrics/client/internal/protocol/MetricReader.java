package io.greenlang.metrics.client.internal.protocol;

import static io.greenlang.metrics.client.internal.protocol.FieldReader.malformed;

import io.greenlang.metrics.client.model.Buckets;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A reader of the metrics in a document: flat metrics, and the numbers of a snapshot. */
final class MetricReader {

  /** The numbers of a metric that are not statistics. */
  private static final Set<String> NO_STATISTICS = Set.of("value", "offset");

  /** The fields of a snapshot that are not numbers of it. */
  private static final Set<String> SNAPSHOT_FIELDS =
      Set.of("channel", "timestamp", "tags", "offset", "replayed");

  private MetricReader() {}

  static List<Metric> readAll(@Nullable Object values, String channel) {
    List<Metric> metrics = new ArrayList<>();
    for (Object each : FieldReader.list(values, "metrics")) {
      metrics.add(read(FieldReader.map(each, "metric"), channel));
    }
    return metrics;
  }

  static Metric read(Map<String, ?> fields, String channel) {
    String ownChannel = FieldReader.optionalText(fields, "channel");
    return new Metric(
        ownChannel == null ? channel : ownChannel,
        FieldReader.text(fields, "name"),
        MetricType.of(FieldReader.text(fields, "type")),
        value(fields),
        FieldReader.time(fields, "timestamp"),
        tags(fields.get("tags")),
        FieldReader.interval(fields),
        statistics(fields),
        fields.get("buckets") == null
            ? null
            : buckets(FieldReader.map(fields.get("buckets"), "buckets")));
  }

  /** Returns the value; the protocol writes the failure of a custom aggregator as null. */
  private static double value(Map<String, ?> fields) {
    Object value = fields.get("value");
    Double number = FieldReader.number(value);
    if (number == null && (value != null || !fields.containsKey("value"))) {
      throw malformed("the value of a metric is not a number");
    }
    return number == null ? Double.NaN : number;
  }

  private static Map<String, Double> statistics(Map<String, ?> fields) {
    Map<String, Double> statistics = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> {
          Double number = NO_STATISTICS.contains(name) ? null : FieldReader.number(value);
          if (number != null) {
            statistics.put(name, number);
          }
        });
    return statistics;
  }

  static Map<String, String> tags(@Nullable Object value) {
    Map<String, String> tags = new LinkedHashMap<>();
    if (value != null) {
      FieldReader.map(value, "tags").forEach((key, tag) -> tags.put(key, String.valueOf(tag)));
    }
    return tags;
  }

  private static Buckets buckets(Map<String, ?> fields) {
    Double zero = FieldReader.number(fields.get("zero"));
    return new Buckets(
        zero == null ? 0 : zero.longValue(),
        runs(fields.get("positive")),
        runs(fields.get("negative")));
  }

  /** Reads lists of adjacent buckets, each of which begins with the index of its first bucket. */
  private static SortedMap<Integer, Long> runs(@Nullable Object value) {
    SortedMap<Integer, Long> counts = new TreeMap<>();
    for (Object each : value == null ? List.of() : FieldReader.list(value, "buckets")) {
      List<?> run = FieldReader.list(each, "buckets");
      for (int i = 1; i < run.size(); i++) {
        counts.put((int) (wholeNumber(run.get(0)) + i - 1), wholeNumber(run.get(i)));
      }
    }
    return counts;
  }

  private static long wholeNumber(@Nullable Object value) {
    Double number = FieldReader.number(value);
    if (number == null || number != Math.rint(number) || Math.abs(number) > Long.MAX_VALUE) {
      throw malformed("its buckets are not whole numbers");
    }
    return number.longValue();
  }

  /** Returns the numbers of a snapshot as gauges that are named by their paths. */
  static List<Metric> readSnapshot(Map<String, ?> fields, String channel) {
    List<Metric> metrics = new ArrayList<>();
    Instant timestamp = FieldReader.time(fields, "timestamp");
    Map<String, String> tags = tags(fields.get("tags"));
    Snapshot snapshot = new Snapshot(channel, timestamp, tags, metrics);
    fields.forEach(
        (name, value) -> {
          if (!SNAPSHOT_FIELDS.contains(name)) {
            snapshot.add(value, name);
          }
        });
    return metrics;
  }

  /** A snapshot that is being read. The depth of the document is limited by its parser. */
  private record Snapshot(
      String channel, Instant timestamp, Map<String, String> tags, List<Metric> metrics) {

    /** Adds a value; the empty key holds the number of a name that is also a prefix. */
    void add(@Nullable Object value, String path) {
      Double number = FieldReader.number(value);
      if (number != null) {
        metrics.add(
            new Metric(
                channel, path, MetricType.GAUGE, number, timestamp, tags, null, Map.of(), null));
      } else if (value instanceof Map<?, ?>) {
        FieldReader.map(value, path).forEach((key, child) -> add(child, join(path, key)));
      }
    }

    private static String join(String path, String key) {
      return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }
  }
}
