package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.prometheus.internal.protobuf.NativeHistogram;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import org.jspecify.annotations.Nullable;

/**
 * A native histogram. Its sample is the distribution of the observations between two scrapes, so
 * the first scrape has none, unless the histogram is known to be newer than the scrape before. The
 * sample of a gauge histogram is the distribution of the present things.
 */
final class NativeHistogramSeries extends ScrapedSeries {

  private final CreatedTime created;
  private final long requestBeforeMillis;
  private @Nullable NativeHistogram current;
  private @Nullable NativeHistogram previous;
  private double previousCreated = Double.NaN;

  /**
   * Creates a histogram that the previous complete scrape did not have.
   *
   * @param requestBeforeMillis the time before the request of that scrape
   */
  NativeHistogramSeries(
      Channel channel, Id id, Family family, CreatedTime created, long requestBeforeMillis) {
    super(channel, id, family);
    this.created = created;
    this.requestBeforeMillis = requestBeforeMillis;
  }

  @Override
  void begin() {
    current = null;
  }

  void set(NativeHistogram histogram) {
    current = histogram;
  }

  @Override
  @Nullable Metric sample() throws BadLineException {
    created.touchedIn = touchedIn;
    NativeHistogram latest = current;
    if (latest == null) {
      return null;
    }
    try {
      HistogramBuckets buckets = observations(latest);
      return buckets == null || buckets.count() == 0
          ? null
          : Metric.distribution(channel, id.name(), buckets.toDistribution(), id.tags());
    } catch (IllegalArgumentException e) {
      throw new BadLineException("has buckets that no distribution can hold");
    }
  }

  /** Returns the observations to publish; null if it is not known when they were made. */
  private @Nullable HistogramBuckets observations(NativeHistogram latest) {
    NativeHistogram earlier = previous;
    boolean isReset = created.seconds() > previousCreated;
    previous = latest;
    previousCreated = created.seconds();
    HistogramBuckets all = bucketsOf(latest);
    if (family.type == FamilyType.GAUGE_HISTOGRAM || isReset) {
      return all;
    }
    if (earlier == null) {
      return created.isAfter(requestBeforeMillis) ? all : null;
    }
    // A target narrows its zero bucket only when it restarts.
    HistogramBuckets increase = all.since(bucketsOf(earlier));
    return increase == null ? all : increase;
  }

  /** Converts a histogram. The index of a bucket is that of its upper bound, and then its lower. */
  private static HistogramBuckets bucketsOf(NativeHistogram histogram) {
    return HistogramBuckets.exponential(
            histogram.schema(),
            histogram.zeros(),
            histogram.positive().first() - 1,
            histogram.positive().counts(),
            histogram.negative().first() - 1,
            histogram.negative().counts())
        .withZeroThreshold(histogram.zeroThreshold())
        .withSum(histogram.sum());
  }
}
