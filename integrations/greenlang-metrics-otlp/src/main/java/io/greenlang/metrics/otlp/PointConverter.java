package io.greenlang.metrics.otlp;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.temporality.ChangedBucketsException;
import io.greenlang.metrics.internal.temporality.SeriesStates;
import io.greenlang.metrics.internal.temporality.SeriesStates.Update;
import io.greenlang.metrics.internal.temporality.StateLimitException;
import io.greenlang.metrics.otlp.MetricInfo.Kind;
import io.greenlang.metrics.otlp.MetricInfo.Temporality;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A conversion of data points to samples. A monotonic sum becomes a counter, another sum a gauge. A
 * histogram becomes the distribution of the observations since the previous point. Thread-safe.
 */
final class PointConverter {

  /** The largest difference between the time of a point and the server's. */
  private static final Duration MAX_SKEW = Duration.ofHours(1);

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final SeriesStates<SeriesId> states;
  private final long createdMillis;

  /**
   * Creates a converter.
   *
   * @param createdMillis the time since which this receiver has seen all points. A cumulative
   *     histogram that started later is published from its first point on
   */
  PointConverter(SeriesStates<SeriesId> states, long createdMillis) {
    this.states = states;
    this.createdMillis = createdMillis;
  }

  /**
   * The times at which a point is converted.
   *
   * @param wallMillis milliseconds since 1970
   * @param monotonicNanos a time that only grows
   */
  record Now(long wallMillis, long monotonicNanos) {}

  /**
   * Converts a point.
   *
   * @param samples receives the samples, possibly none
   * @throws RejectedPointException if the point cannot be published
   */
  void convert(MetricInfo metric, DataPoint point, Now now, Consumer<Metric> samples)
      throws RejectedPointException {
    if (point.hasNoRecordedValue()) {
      return; // the series has ended, which is not a value
    }
    String problem = metric.problem() == null ? point.problem : metric.problem();
    if (problem != null) {
      throw new RejectedPointException(problem);
    }
    if (needsTemporality(metric.kind()) && metric.temporality() == Temporality.UNSPECIFIED) {
      throw new RejectedPointException(
          "has no aggregation temporality; it must be 1 (delta) or 2 (cumulative)");
    }
    try {
      convertValid(metric, point, now, samples);
    } catch (IllegalArgumentException e) { // a number, buckets, or the tag of a quantile
      throw new RejectedPointException("is invalid: " + e.getMessage());
    }
  }

  private static boolean needsTemporality(Kind kind) {
    return kind != Kind.GAUGE && kind != Kind.SUMMARY;
  }

  private void convertValid(MetricInfo metric, DataPoint point, Now now, Consumer<Metric> samples)
      throws RejectedPointException {
    SeriesId id = new SeriesId(metric.channel(), metric.name(), point.tags);
    Series series = new Series(id, time(point, now));
    switch (metric.kind()) {
      case GAUGE -> samples.accept(series.sample(MetricType.GAUGE, value(point)));
      case SUM -> samples.accept(sum(metric, series, point, now));
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> {
        Metric sample = histogram(metric, series, point, now);
        if (sample != null) {
          samples.accept(sample);
        }
      }
      case SUMMARY -> summary(series, point, samples);
    }
  }

  /**
   * The series of a point, at a time that is valid.
   *
   * @param time null for the time of publication
   */
  private record Series(SeriesId id, @Nullable Instant time) {

    private Metric sample(MetricType type, double value) {
      return sample("", type, value, null);
    }

    /**
     * Returns a sample of a counter, with the start from which restarts are recognized.
     *
     * @param startNanos 0 if it is not known
     */
    private Metric counter(String suffix, double total, long startNanos) {
      CounterStart start =
          startNanos == 0 ? null : new CounterStart(Instant.ofEpochMilli(millis(startNanos)));
      return sample(suffix, MetricType.COUNTER, total, start);
    }

    private Metric distribution(Distribution distribution) {
      return sample("", MetricType.HISTOGRAM, distribution.mean(), distribution);
    }

    private Metric sample(
        String suffix, MetricType type, double value, @Nullable SampleDetail detail) {
      String name = suffix.isEmpty() ? id.name() : id.name() + suffix;
      return new Metric(id.channel(), name, type, value, time, id.tags(), detail);
    }

    private Metric quantile(double fraction, double value) {
      Tags tags = id.tags().with("quantile", String.valueOf(fraction));
      return new Metric(id.channel(), id.name(), MetricType.GAUGE, value, time, tags);
    }
  }

  /** Returns the time of a point; null, which is the time of publication, if it has none. */
  private static @Nullable Instant time(DataPoint point, Now now) throws RejectedPointException {
    if (point.timeNanos == 0) {
      return null;
    }
    long millis = millis(point.timeNanos);
    if (Math.abs(millis - now.wallMillis()) > MAX_SKEW.toMillis()) {
      throw new RejectedPointException(
          "has a time that differs from the server's by more than an hour");
    }
    return Instant.ofEpochMilli(millis);
  }

  /** Returns a time of the protocol, which is an unsigned number, in milliseconds. */
  private static long millis(long nanos) {
    return Long.divideUnsigned(nanos, NANOS_PER_MILLI);
  }

  private static double value(DataPoint point) throws RejectedPointException {
    if (!point.hasValue) {
      throw new RejectedPointException("has no value");
    }
    return point.value;
  }

  private Metric sum(MetricInfo metric, Series series, DataPoint point, Now now)
      throws RejectedPointException {
    double value = value(point);
    boolean isCounter = metric.monotonic();
    if (metric.temporality() == Temporality.CUMULATIVE) {
      return sum(series, isCounter, value, point.startNanos);
    }
    if (isCounter && value < 0) {
      throw new RejectedPointException("decreases a sum that only grows");
    }
    return Objects.requireNonNull(
        update(series, now, state -> add(state, series, isCounter, point, now)));
  }

  private static Metric sum(Series series, boolean isCounter, double total, long startNanos) {
    return isCounter
        ? series.counter("", total, startNanos)
        : series.sample(MetricType.GAUGE, total);
  }

  /** Updates the state of a series. */
  private @Nullable Metric update(
      Series series, Now now, Update<SeriesId, Metric, RejectedPointException> update)
      throws RejectedPointException {
    try {
      return states.update(series.id(), now.monotonicNanos(), update);
    } catch (StateLimitException e) {
      throw new RejectedPointException("needs a state, and " + e.reason());
    }
  }

  private static Metric add(
      SeriesStates<SeriesId>.State state,
      Series series,
      boolean isCounter,
      DataPoint point,
      Now now)
      throws RejectedPointException {
    requireLater(state, point);
    long start =
        firstNonZero(point.startNanos, point.timeNanos, now.wallMillis() * NANOS_PER_MILLI);
    // Validates the total before it is stored.
    Metric sample =
        sum(
            series,
            isCounter,
            state.total() + point.value,
            firstNonZero(state.startNanos(), start));
    state.add(point.value, start);
    state.setTimeNanos(point.timeNanos);
    return sample;
  }

  private static long firstNonZero(long... numbers) {
    for (long number : numbers) {
      if (number != 0) {
        return number;
      }
    }
    return 0;
  }

  private static void requireLater(SeriesStates<SeriesId>.State state, DataPoint point)
      throws RejectedPointException {
    if (point.timeNanos != 0 && Long.compareUnsigned(point.timeNanos, state.timeNanos()) <= 0) {
      throw new RejectedPointException(
          "is not later than the previous one of its series: it was sent twice, or arrived after a"
              + " later one, or two programs have the same tags; set service.instance.id");
    }
  }

  private @Nullable Metric histogram(MetricInfo metric, Series series, DataPoint point, Now now)
      throws RejectedPointException {
    HistogramBuckets buckets = PointBuckets.of(metric.kind(), point);
    if (metric.temporality() == Temporality.CUMULATIVE) {
      return update(series, now, state -> advance(state, series, point, buckets));
    }
    Metric sample = distribution(series, buckets);
    if (point.timeNanos != 0) {
      requireNotRepeated(series, point, now);
    }
    return sample;
  }

  /**
   * Rejects a point of a delta histogram that was received before: a sender repeats a request whose
   * answer it missed. Others may have arrived meanwhile, and distributions need no order.
   */
  private void requireNotRepeated(Series series, DataPoint point, Now now)
      throws RejectedPointException {
    if (!states.addPoint(series.id(), point.timeNanos, now.monotonicNanos())) {
      throw new RejectedPointException(
          "has the time of an earlier one of its series: it was sent twice, or two programs have"
              + " the same tags; set service.instance.id");
    }
  }

  /**
   * Replaces the state of a cumulative histogram, and returns its observations since then. The
   * first point of a series that is older than this receiver is not published: its observations may
   * be hours old. Neither is the first one after the state was discarded.
   */
  private @Nullable Metric advance(
      SeriesStates<SeriesId>.State state, Series series, DataPoint point, HistogramBuckets buckets)
      throws RejectedPointException, StateLimitException {
    requireLater(state, point);
    requireNoEarlierRun(state, point);
    boolean isNew = millis(point.startNanos) > createdMillis;
    try {
      HistogramBuckets change =
          state.advance(buckets, PointBuckets.numbers(point), point.startNanos, isNew);
      state.setTimeNanos(point.timeNanos);
      return change == null ? null : distribution(series, change);
    } catch (ChangedBucketsException e) {
      state.setTimeNanos(point.timeNanos);
      throw new RejectedPointException("has " + e.reason());
    }
  }

  /**
   * Rejects a point whose run began before that of the previous point. If two programs have the
   * same tags, each point of one would otherwise count as a restart of the other.
   */
  private static void requireNoEarlierRun(SeriesStates<SeriesId>.State state, DataPoint point)
      throws RejectedPointException {
    if (Long.compareUnsigned(point.startNanos, state.startNanos()) < 0) {
      throw new RejectedPointException(
          "is of an earlier run, or two programs have the same tags; set service.instance.id");
    }
  }

  private static @Nullable Metric distribution(Series series, HistogramBuckets buckets) {
    return buckets.count() == 0 ? null : series.distribution(buckets.toDistribution());
  }

  /** Adds the quantiles of a summary. Their intervals are unknown, so they stay as they are. */
  private static void summary(Series series, DataPoint point, Consumer<Metric> samples)
      throws RejectedPointException {
    if (point.count < 0) {
      throw new RejectedPointException("has a count that is out of range");
    }
    double[] quantiles = point.quantiles.toDoubles();
    for (int i = 0; i < quantiles.length; i += 2) {
      if (Double.isFinite(quantiles[i + 1])) { // NaN if there were no observations
        samples.accept(series.quantile(quantiles[i], quantiles[i + 1]));
      }
    }
    samples.accept(series.counter(".count", (double) point.count, point.startNanos));
    if (Double.isFinite(point.sum)) {
      samples.accept(series.counter(".sum", point.sum, point.startNanos));
    }
  }
}
