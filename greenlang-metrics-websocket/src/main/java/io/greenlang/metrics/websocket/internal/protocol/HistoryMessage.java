package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.Interval;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.subscription.HistogramFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The conversion of history answers to maps. Metrics have the same fields as in live messages. */
final class HistoryMessage {

  private HistoryMessage() {}

  static Map<String, Object> toMap(ServerMessage.History answer) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("type", "history");
    if (answer.id() != null) {
      map.put("id", answer.id());
    }
    putPage(answer, answer.page(), map);
    return map;
  }

  private static void putPage(
      ServerMessage.History answer, HistoryPage page, Map<String, Object> map) {
    Interval interval = page.interval();
    map.put("channel", answer.channel().name());
    map.put("start_time", MessageCodec.formatTime(page.fromMillis()));
    map.put("end_time", MessageCodec.formatTime(answer.to().toEpochMilli()));
    map.put("interval", interval == null ? null : interval.label());
    List<Map<String, Object>> metrics = new ArrayList<>();
    page.points().forEach(point -> metrics.add(metric(answer, interval, point)));
    map.put("metrics", metrics);
    map.put("complete", !page.more());
    if (page.more()) {
      map.put("cursor", PageCursor.write(page.points().get(page.points().size() - 1).key()));
    }
    if (answer.metadata() != null) {
      map.put("metadata", ServerMessage.Metadata.toMap(answer.metadata()));
    }
  }

  private static Map<String, Object> metric(
      ServerMessage.History answer, @Nullable Interval interval, HistoryPoint point) {
    Map<String, Object> metric = new LinkedHashMap<>();
    metric.put("channel", answer.channel().name());
    metric.put("name", point.name());
    metric.put("type", point.type().name());
    metric.put("value", finite(point.value()));
    metric.put("timestamp", MessageCodec.formatTime(point.key().timeMillis()));
    Aggregate aggregate = point.aggregate();
    if (aggregate != null) {
      putAggregate(aggregate, interval, answer.histogramFields(), metric);
    }
    metric.put("tags", point.tags().asMap());
    return metric;
  }

  private static void putAggregate(
      Aggregate aggregate,
      @Nullable Interval interval,
      HistogramFields fields,
      Map<String, Object> metric) {
    if (interval != null) {
      metric.put("interval", interval.label());
    }
    metric.put("count", aggregate.count());
    AggregateFields.forEach(
        aggregate,
        interval == null ? 0 : interval.millis(),
        fields,
        (name, number) -> metric.put(name, finite(number)));
    HistogramBuckets buckets = AggregateFields.buckets(aggregate, fields);
    if (buckets != null) {
      metric.put("buckets", buckets.toMap());
    }
  }

  /** Returns null for NaN and infinities, which messages cannot represent. */
  private static @Nullable Double finite(double number) {
    return Double.isFinite(number) ? number : null;
  }
}
