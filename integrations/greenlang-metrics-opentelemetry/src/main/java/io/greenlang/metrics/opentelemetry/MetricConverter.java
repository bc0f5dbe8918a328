package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.temporality.ChangedBucketsException;
import io.greenlang.metrics.internal.temporality.SeriesStates;
import io.greenlang.metrics.internal.temporality.StateLimitException;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The conversion of an SDK's metrics to samples. Confined to the thread that exports. */
final class MetricConverter {

  /** The number of series of an export, at most; the SDK limits those of an instrument only. */
  static final int MAX_SERIES = 100_000;

  /** The time without an export after which the state of a series is discarded. */
  static final Duration IDLE_TIME = Duration.ofMinutes(15);

  private static final long SWEEP_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long NANOS_PER_MILLISECOND = 1_000_000;

  private final long createdNanos = System.currentTimeMillis() * NANOS_PER_MILLISECOND;
  private final Channel channel;
  private final SeriesTags tags;
  private final SeriesStates<SeriesOrigin> states;
  private final ExportedDescriptions descriptions;
  private ExportedSamples samples = new ExportedSamples();
  private int series;
  private long nowNanos = System.nanoTime();
  private long sweptNanos = nowNanos;

  /** A running total, and the time at which it was zero, in nanoseconds; 0 if it is unknown. */
  private record RunningTotal(double value, long startNanos) {}

  MetricConverter(Channel channel, SeriesTags tags) {
    this(
        channel,
        tags,
        new SeriesStates<>(
            SeriesOrigin::characters, SeriesStates.defaultMaxBytes(), IDLE_TIME.toNanos()));
  }

  /** Creates a converter whose states have other bounds, for tests. */
  MetricConverter(Channel channel, SeriesTags tags, SeriesStates<SeriesOrigin> states) {
    this.channel = channel;
    this.tags = tags;
    this.states = states;
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
    discardIdleStates();
    for (MetricData data : metrics) {
      describe(data);
      for (PointData point : data.getData().getPoints()) {
        add(data, point);
      }
    }
    return samples;
  }

  private void discardIdleStates() {
    nowNanos = System.nanoTime();
    if (nowNanos - sweptNanos > SWEEP_NANOS) {
      sweptNanos = nowNanos;
      states.discardIdle(nowNanos, System.currentTimeMillis());
    }
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
      RunningTotal running = add(origin, total, monotonic, start);
      total = running.value();
      start = running.startNanos();
    }
    return List.of(
        monotonic
            ? counter(origin.name(), total, start, ofPoint)
            : Metric.gauge(channel, origin.name(), total, ofPoint));
  }

  /**
   * Adds the increment of a delta sum.
   *
   * @throws IllegalArgumentException if the increment is not finite, or a monotonic sum decreases
   */
  private RunningTotal add(
      SeriesOrigin origin, double increment, boolean monotonic, long startNanos) {
    if (!Double.isFinite(increment) || (monotonic && increment < 0)) {
      throw new IllegalArgumentException(
          "increment of a " + (monotonic ? "monotonic " : "") + "sum is " + increment);
    }
    return Objects.requireNonNull(
        update(
            origin,
            state -> new RunningTotal(state.add(increment, startNanos), state.startNanos())));
  }

  /** Updates the state of a series. */
  private <T> @Nullable T update(
      SeriesOrigin origin, SeriesStates.Update<SeriesOrigin, T, RuntimeException> update) {
    try {
      return states.update(origin, nowNanos, update);
    } catch (StateLimitException e) {
      throw new IllegalArgumentException(e.reason() + "; reduce their attributes with a view", e);
    }
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
    HistogramBuckets interval =
        temporality == AggregationTemporality.DELTA
            ? buckets
            : update(origin, state -> advance(state, buckets, point));
    return interval == null || interval.count() == 0
        ? List.of()
        : List.of(Metric.distribution(channel, origin.name(), interval.toDistribution(), ofPoint));
  }

  /**
   * Replaces the state of a cumulative histogram, and returns its observations since then.
   *
   * @return null at the first export of a histogram that is older than this converter, and after
   *     its state was discarded
   * @throws IllegalArgumentException if the buckets changed
   */
  private @Nullable HistogramBuckets advance(
      SeriesStates<SeriesOrigin>.State state, HistogramBuckets buckets, PointData point)
      throws StateLimitException {
    long start = point.getStartEpochNanos();
    try {
      return state.advance(buckets, counts(point), start, start >= createdNanos);
    } catch (ChangedBucketsException e) {
      throw new IllegalArgumentException("histogram has " + e.reason(), e);
    }
  }

  /** Returns the number of counts and bounds that a histogram has. */
  private static int counts(PointData point) {
    return point instanceof HistogramPointData explicit
        ? explicit.getCounts().size() + explicit.getBoundaries().size()
        : counts((ExponentialHistogramPointData) point);
  }

  private static int counts(ExponentialHistogramPointData point) {
    return point.getPositiveBuckets().getBucketCounts().size()
        + point.getNegativeBuckets().getBucketCounts().size();
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
