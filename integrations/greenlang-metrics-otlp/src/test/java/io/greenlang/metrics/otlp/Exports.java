package io.greenlang.metrics.otlp;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.time.Instant;
import java.util.List;

/** Requests of the generated classes of OpenTelemetry, which share no code with the receiver. */
final class Exports {

  static final AggregationTemporality DELTA = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
  static final AggregationTemporality CUMULATIVE =
      AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;

  private Exports() {}

  static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000 + time.getNano();
  }

  static KeyValue attribute(String key, String value) {
    return attribute(key, AnyValue.newBuilder().setStringValue(value));
  }

  static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  /** Returns a request of one program. */
  static ExportMetricsServiceRequest request(Metric... metrics) {
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(attribute("service.name", "shop"))
                        .addAttributes(attribute("host.name", "web-1")))
                .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
        .build();
  }

  static Metric gauge(String name, NumberDataPoint.Builder... points) {
    Gauge.Builder gauge = Gauge.newBuilder();
    for (NumberDataPoint.Builder point : points) {
      gauge.addDataPoints(point);
    }
    return Metric.newBuilder().setName(name).setGauge(gauge).build();
  }

  static Metric sum(
      String name,
      AggregationTemporality temporality,
      boolean monotonic,
      NumberDataPoint.Builder... points) {
    Sum.Builder sum =
        Sum.newBuilder().setAggregationTemporality(temporality).setIsMonotonic(monotonic);
    for (NumberDataPoint.Builder point : points) {
      sum.addDataPoints(point);
    }
    return Metric.newBuilder().setName(name).setSum(sum).build();
  }

  static NumberDataPoint.Builder number(Instant start, Instant time, double value) {
    return NumberDataPoint.newBuilder()
        .setStartTimeUnixNano(nanos(start))
        .setTimeUnixNano(nanos(time))
        .setAsDouble(value);
  }

  static Metric histogram(
      String name, AggregationTemporality temporality, HistogramDataPoint.Builder point) {
    return Metric.newBuilder()
        .setName(name)
        .setHistogram(
            Histogram.newBuilder().setAggregationTemporality(temporality).addDataPoints(point))
        .build();
  }

  /** Returns a point with the bounds 10 and 100. */
  static HistogramDataPoint.Builder buckets(
      Instant start, Instant time, double sum, long... counts) {
    HistogramDataPoint.Builder point =
        HistogramDataPoint.newBuilder()
            .setStartTimeUnixNano(nanos(start))
            .setTimeUnixNano(nanos(time))
            .setSum(sum)
            .addExplicitBounds(10)
            .addExplicitBounds(100);
    long total = 0;
    for (long count : counts) {
      point.addBucketCounts(count);
      total += count;
    }
    return point.setCount(total);
  }

  static Metric exponential(
      String name,
      AggregationTemporality temporality,
      ExponentialHistogramDataPoint.Builder point) {
    return Metric.newBuilder()
        .setName(name)
        .setExponentialHistogram(
            ExponentialHistogram.newBuilder()
                .setAggregationTemporality(temporality)
                .addDataPoints(point))
        .build();
  }

  static Metric summary(String name, SummaryDataPoint.Builder point) {
    return Metric.newBuilder()
        .setName(name)
        .setSummary(Summary.newBuilder().addDataPoints(point))
        .build();
  }

  /** Returns a request that has every field of the protocol that the receiver reads. */
  static ExportMetricsServiceRequest everyKind(Instant now) {
    Instant start = now.minusSeconds(60);
    NumberDataPoint.Builder attributes =
        number(start, now, 1.5)
            .addAttributes(attribute("text", "ä\"\u2028"))
            .addAttributes(attribute("bool", AnyValue.newBuilder().setBoolValue(true)))
            .addAttributes(attribute("int", AnyValue.newBuilder().setIntValue(-7)))
            .addAttributes(attribute("double", AnyValue.newBuilder().setDoubleValue(0.5)))
            .addAttributes(
                attribute(
                    "list",
                    AnyValue.newBuilder()
                        .setArrayValue(
                            ArrayValue.newBuilder()
                                .addValues(AnyValue.newBuilder().setStringValue("a"))
                                .addValues(AnyValue.newBuilder().setIntValue(2)))));
    NumberDataPoint.Builder map =
        number(start, now, 2)
            .addAttributes(
                attribute(
                    "map",
                    AnyValue.newBuilder()
                        .setKvlistValue(KeyValueList.newBuilder().addValues(attribute("k", "v")))));
    ExponentialHistogramDataPoint.Builder exponential =
        ExponentialHistogramDataPoint.newBuilder()
            .setStartTimeUnixNano(nanos(start))
            .setTimeUnixNano(nanos(now))
            .setCount(10)
            .setSum(20)
            .setScale(3)
            .setZeroCount(1)
            .setMin(-4)
            .setMax(9);
    exponential.getPositiveBuilder().setOffset(-2).addAllBucketCounts(List.of(1L, 0L, 6L));
    exponential.getNegativeBuilder().setOffset(5).addBucketCounts(2);
    return request(
        gauge("g", attributes, map).toBuilder().setUnit("ms").setDescription("A text").build(),
        gauge("g.int", NumberDataPoint.newBuilder().setTimeUnixNano(nanos(now)).setAsInt(-9)),
        sum("s", CUMULATIVE, true, number(start, now, 3)),
        sum("d", DELTA, true, number(start, now, 4)),
        sum("u", DELTA, false, number(start, now, -4)),
        histogram("h", DELTA, buckets(start, now, 120, 3, 2, 1).setMin(1).setMax(150)),
        exponential("e", DELTA, exponential),
        summary(
            "q",
            SummaryDataPoint.newBuilder()
                .setTimeUnixNano(nanos(now))
                .setCount(4)
                .setSum(10)
                .addQuantileValues(
                    SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(0.5).setValue(2))));
  }
}
