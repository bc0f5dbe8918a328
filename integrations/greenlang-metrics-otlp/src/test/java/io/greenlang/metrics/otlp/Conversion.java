package io.greenlang.metrics.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.internal.http.RequestException;
import io.greenlang.metrics.internal.protobuf.WireReader;
import io.greenlang.metrics.internal.temporality.SeriesStates;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The samples of requests: the converter of a receiver with a small limit of its state. Not
 * thread-safe.
 */
final class Conversion {

  static final Instant CREATED = Instant.parse("2026-11-28T12:00:00Z");
  static final Instant START = CREATED.plusSeconds(10);
  static final Channel CHANNEL = new Channel("application.metrics");
  static final long IDLE_NANOS = Duration.ofMinutes(15).toNanos();

  final SeriesStates<SeriesId> states =
      new SeriesStates<>(SeriesId::characters, 100_000, IDLE_NANOS);
  private final PointConverter converter = new PointConverter(states, CREATED.toEpochMilli());
  final TagsCache tags = new TagsCache(20_000);
  Set<String> resourceAttributes = Set.of("service.name");
  boolean scopeName;
  ExportRequest latest = newRequest(new RecordingSink(), CREATED);

  private ExportRequest newRequest(RecordingSink sink, Instant now) {
    long monotonicNanos = Duration.between(CREATED, now).toNanos();
    return new ExportRequest(
        sink, converter, new PointConverter.Now(now.toEpochMilli(), monotonicNanos));
  }

  void discardIdle(Instant now) {
    states.discardIdle(Duration.between(CREATED, now).toNanos(), now.toEpochMilli());
  }

  RecordingSink export(Instant now, ExportMetricsServiceRequest request) throws RequestException {
    RecordingSink sink = new RecordingSink();
    latest = newRequest(sink, now);
    new ExportReader(
            CHANNEL, new ExportReader.TagSelection(resourceAttributes, scopeName), tags, latest)
        .read(new WireReader(request.toByteArray()));
    latest.publish();
    return sink;
  }

  List<Metric> samples(Instant now, io.opentelemetry.proto.metrics.v1.Metric... metrics)
      throws RequestException {
    return export(now, Exports.request(metrics)).samples;
  }

  static Instant at(int seconds) {
    return CREATED.plusSeconds(seconds);
  }

  static Distribution distribution(List<Metric> samples) {
    assertThat(samples).hasSize(1);
    assertThat(samples.get(0).type()).isEqualTo(MetricType.HISTOGRAM);
    return (Distribution) Objects.requireNonNull(samples.get(0).detail());
  }
}
