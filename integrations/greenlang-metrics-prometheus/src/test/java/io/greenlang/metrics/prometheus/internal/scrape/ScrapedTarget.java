package io.greenlang.metrics.prometheus.internal.scrape;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.prometheus.internal.protobuf.ProtobufBody;
import io.greenlang.metrics.prometheus.internal.text.ExpositionFormat;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A target whose answers a test writes. A second passes between two of them. */
final class ScrapedTarget {

  static final Channel CHANNEL = new Channel("prometheus.metrics");

  /** The time of the first scrape. */
  static final Instant START = Instant.parse("2026-11-28T12:00:00Z");

  final ManualClock clock = new ManualClock(START);
  final ScrapeReport report = new ScrapeReport("http://target/metrics", clock);
  private final TargetMetrics metrics;

  /** The time from a request to its answer. */
  Duration answerTime = Duration.ZERO;

  ScrapedTarget() {
    this(100, List.of(), List.of(), Map.of());
  }

  ScrapedTarget(
      int maxSeries,
      List<String> included,
      List<String> excluded,
      Map<String, Set<String>> labels) {
    SeriesFilter filter = new SeriesFilter(included, excluded, labels);
    metrics =
        new TargetMetrics(
            new SeriesOptions(CHANNEL, filter, Map.of("instance", "target:9100"), maxSeries),
            report,
            clock);
  }

  /** Reads an answer in text 0.0.4. */
  List<Metric> text(String... lines) throws IOException {
    return read(ExpositionFormat.TEXT, String.join("\n", lines) + "\n");
  }

  /** Reads an answer in OpenMetrics. */
  List<Metric> openMetrics(String... lines) throws IOException {
    return read(
        ExpositionFormat.OPENMETRICS,
        String.join("\n", lines) + (lines.length == 0 ? "" : "\n") + "# EOF\n");
  }

  /** Reads an answer in Protocol Buffers. */
  List<Metric> protobuf(ProtobufBody body) throws IOException {
    return read(ExpositionFormat.PROTOBUF, body.toByteArray());
  }

  /** Reads any answer. */
  List<Metric> read(ExpositionFormat format, String body) throws IOException {
    return read(format, body.getBytes(UTF_8));
  }

  /** Reads any answer. */
  List<Metric> read(ExpositionFormat format, byte[] body) throws IOException {
    long requestMillis = clock.wallTimeMillis();
    clock.advance(answerTime);
    try {
      return metrics.read(new TargetClient.Answer(format, body), requestMillis);
    } finally {
      clock.advance(Duration.ofSeconds(1).minus(answerTime));
    }
  }

  List<MetricDescription> descriptions() {
    return List.copyOf(metrics.descriptions());
  }

  /** Returns samples as {@code TYPE NAME{TAGS} VALUE}, without the tag of the instance. */
  static List<String> shown(List<Metric> samples) {
    return samples.stream()
        .map(
            each ->
                each.type()
                    + " "
                    + each.name()
                    + each.tags().toString().replaceAll("(, )?instance=target:9100(, )?", "")
                    + " "
                    + each.value())
        .toList();
  }
}
