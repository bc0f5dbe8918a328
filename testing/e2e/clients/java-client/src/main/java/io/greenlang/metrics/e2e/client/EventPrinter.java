package io.greenlang.metrics.e2e.client;

import io.greenlang.metrics.client.model.ConnectionChange;
import io.greenlang.metrics.client.model.Gap;
import io.greenlang.metrics.client.model.Metric;
import io.greenlang.metrics.client.model.MetricMetadata;
import io.greenlang.metrics.client.model.MetricsClientException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A printer of events as lines {@code text <JSON>}, in the form of pipe-peer.mjs. A metric has the
 * fields of the wire protocol. The type of every other event is {@code state}, {@code error},
 * {@code gap}, {@code metadata}, or that of a reply. Thread-safe, as far as the stream is.
 */
final class EventPrinter {

  private final PrintStream out;

  EventPrinter(PrintStream out) {
    this.out = out;
  }

  void print(Metric metric) {
    print(fields(metric));
  }

  void print(ConnectionChange change) {
    print(Map.of("type", "state", "state", lowerCase(change.state())));
  }

  void print(MetricsClientException error) {
    print(
        Map.of(
            "type", "error",
            "code", error.code().name(),
            "message", String.valueOf(error.getMessage())));
  }

  void print(Gap gap) {
    print(Map.of("type", "gap", "channel", gap.channel(), "recovered", gap.recovered()));
  }

  void print(MetricMetadata metadata) {
    print(
        Map.of(
            "type", "metadata",
            "metric", metadata.name(),
            "unit", String.valueOf(metadata.unit())));
  }

  /** Prints the reply to a command, with its channels: a name, or a list of names. */
  void printReply(String type, Object channels) {
    print(Map.of("type", type, "channels", channels));
  }

  void printHistory(List<Metric> metrics) {
    print(
        Map.of("type", "history", "metrics", metrics.stream().map(EventPrinter::fields).toList()));
  }

  private void print(Map<String, ?> event) {
    out.println("text " + Json.of(event));
  }

  private static Map<String, Object> fields(Metric metric) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("channel", metric.channel());
    fields.put("name", metric.name());
    fields.put("type", lowerCase(metric.type()));
    fields.put("value", metric.value());
    fields.put("timestamp", metric.timestamp());
    fields.put("tags", metric.tags());
    Duration interval = metric.interval();
    if (interval != null) {
      fields.put("interval", interval.toSeconds() + "s");
    }
    fields.putAll(metric.statistics());
    return fields;
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
