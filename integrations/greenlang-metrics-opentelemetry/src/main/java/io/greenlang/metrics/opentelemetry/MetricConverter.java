package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The conversion of an SDK's metrics to samples. Confined to the thread that exports. */
final class MetricConverter {

  /** The number of series of an export, at most; the SDK limits those of an instrument only. */
  static final int MAX_SERIES = 100_000;

  private static final long NANOS_PER_MILLISECOND = 1_000_000;

  private final long createdNanos = System.currentTimeMillis() * NANOS_PER_MILLISECOND;
  private final Channel channel;
  private final SeriesTags tags;
  private final SeriesStates states = new SeriesStates();
  private final ExportedDescriptions descriptions;
  private ExportedSamples samples = new ExportedSamples();
  private int series;

  MetricConverter(Channel channel, SeriesTags tags) {
    this.channel = channel;
    this.tags = tags;
    this.descriptions = new ExportedDescriptions(channel);
  }

  /** Returns the descriptions of all metrics. */
  ExportedDescriptions descriptions() {
    return descriptions;
  }

  /** Converts the metrics of one export. */
  ExportedSamples convert(Collection<MetricData> metrics) {
    samples = new ExportedSamples(samples);
    series = 0;
    tags.begin();
    states.begin();
    for (MetricData data : metrics) {
      describe(data);
      for (PointData point : data.getData().getPoints()) {
        add(data, point);
      }
    }
    return samples;
  }

  private void describe(MetricData data) {
    String name = data.getName();
    descriptions.add(name, data.getUnit(), data.getDescription());
    if (data.getType() == MetricDataType.SUMMARY) {
      descriptions.add(name + ".count", "1", data.getDescription());
      descriptions.add(name + ".total", data.getUnit(), data.getDescription());
    }
  }

  private void add(MetricData data, PointData point) {
    if (series == MAX_SERIES) {
      samples.skip(data.getName(), "an export must have at most " + MAX_SERIES + " series");
      return;
    }
    series++;
    try {
      SeriesOrigin origin = SeriesOrigin.of(data, point);
      Tags ofPoint = tags.get(data, point.getAttributes());
      samples.claim(data.getName(), ofPoint, origin);
      samples.add(convert(data, point, origin, ofPoint));
    } catch (RuntimeException e) {
      // One series that is invalid, or a producer's own type that fails: the others continue.
      samples.skip(data.getName(), String.valueOf(e.getMessage()));
    }
  }

  private List<Metric> convert(
      MetricData data, PointData point, SeriesOrigin origin, Tags ofPoint) {
    String name = data.getName();
    return switch (data.getType()) {
      case LONG_GAUGE, DOUBLE_GAUGE -> List.of(Metric.gauge(channel, name, value(point), ofPoint));
      case LONG_SUM ->
          sum(
              origin,
              ofPoint,
              point,
              data.getLongSumData().isMonotonic(),
              data.getLongSumData().getAggregationTemporality());
      case DOUBLE_SUM ->
          sum(
              origin,
              ofPoint,
              point,
              data.getDoubleSumData().isMonotonic(),
              data.getDoubleSumData().getAggregationTemporality());
      case HISTOGRAM ->
          distribution(
              origin,
              ofPoint,
              point,
              HistogramPoints.of((HistogramPointData) point),
              data.getHistogramData().getAggregationTemporality());
      case EXPONENTIAL_HISTOGRAM ->
          distribution(
              origin,
              ofPoint,
              point,
              HistogramPoints.of((ExponentialHistogramPointData) point),
              data.getExponentialHistogramData().getAggregationTemporality());
      case SUMMARY -> summary(origin, ofPoint, (SummaryPointData) point);
    };
  }

  private static double value(PointData point) {
    return point instanceof LongPointData number
        ? (double) number.getValue()
        : ((DoublePointData) point).getValue();
  }

  private List<Metric> sum(
      SeriesOrigin origin,
      Tags ofPoint,
      PointData point,
      boolean monotonic,
      AggregationTemporality temporality) {
    double total = value(point);
    long start = point.getStartEpochNanos();
    if (temporality == AggregationTemporality.DELTA) {
      SeriesStates.RunningTotal running = states.add(origin, total, monotonic, start);
      total = running.value();
      start = running.startNanos();
    }
    return List.of(
        monotonic
            ? counter(origin.name(), total, start, ofPoint)
            : Metric.gauge(channel, origin.name(), total, ofPoint));
  }

  private Metric counter(String name, double total, long startNanos, Tags ofPoint) {
    Metric counter = Metric.counter(channel, name, total, ofPoint);
    return startNanos <= 0
        ? counter
        : counter.startedAt(Instant.ofEpochMilli(startNanos / NANOS_PER_MILLISECOND));
  }

  private List<Metric> distribution(
      SeriesOrigin origin,
      Tags ofPoint,
      PointData point,
      HistogramBuckets buckets,
      AggregationTemporality temporality) {
    long start = point.getStartEpochNanos();
    HistogramBuckets interval =
        temporality == AggregationTemporality.DELTA
            ? buckets
            : states.since(origin, buckets, start, start >= createdNanos);
    return interval.count() == 0
        ? List.of()
        : List.of(Metric.distribution(channel, origin.name(), interval.toDistribution(), ofPoint));
  }

  private List<Metric> summary(SeriesOrigin origin, Tags ofPoint, SummaryPointData point) {
    List<Metric> metrics = new ArrayList<>();
    String name = origin.name();
    long start = point.getStartEpochNanos();
    metrics.add(counter(name + ".count", (double) point.getCount(), start, ofPoint));
    metrics.add(counter(name + ".total", point.getSum(), start, ofPoint));
    for (ValueAtQuantile quantile : point.getValues()) {
      // NaN if the summary has had no observation for a while.
      if (!Double.isNaN(quantile.getValue())) {
        Tags ofQuantile = ofPoint.with("quantile", String.valueOf(quantile.getQuantile()));
        metrics.add(Metric.gauge(channel, name, quantile.getValue(), ofQuantile));
      }
    }
    metrics.forEach(metric -> samples.claim(metric.name(), metric.tags(), origin));
    return metrics;
  }
}
