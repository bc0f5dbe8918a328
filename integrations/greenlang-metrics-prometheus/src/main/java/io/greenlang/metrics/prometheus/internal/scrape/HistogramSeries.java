package io.greenlang.metrics.prometheus.internal.scrape;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.HistogramBuckets;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.prometheus.internal.text.BadLineException;
import io.greenlang.metrics.prometheus.internal.text.FamilyType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A classic histogram. Its sample is the distribution of the observations between two scrapes, so
 * the first scrape has none, unless the histogram is known to be newer than the scrape before. The
 * sample of a gauge histogram is the distribution of the present things.
 */
final class HistogramSeries extends ScrapedSeries {

  private final CreatedTime created;
  private final long requestBeforeMillis;
  private double[] bounds = new double[16];
  private double[] counts = new double[16];
  private int size;
  private double sum;
  private @Nullable CumulativeBuckets previous;

  /**
   * Creates a histogram that the previous complete scrape did not have.
   *
   * @param requestBeforeMillis the time before the request of that scrape
   */
  HistogramSeries(
      Channel channel, Id id, Family family, CreatedTime created, long requestBeforeMillis) {
    super(channel, id, family);
    this.created = created;
    this.requestBeforeMillis = requestBeforeMillis;
  }

  @Override
  void begin() {
    size = 0;
    sum = Double.NaN;
  }

  void addBucket(double bound, double count) {
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    bounds[size] = bound;
    counts[size++] = count;
  }

  void setSum(double newSum) {
    sum = newSum;
  }

  @Override
  @Nullable Metric sample() throws BadLineException {
    created.touchedIn = touchedIn;
    CumulativeBuckets current = new CumulativeBuckets(bounds, counts, size, sum, created.seconds());
    Distribution distribution = distribution(current);
    return distribution == null
        ? null
        : Metric.distribution(channel, id.name(), distribution, id.tags());
  }

  private @Nullable Distribution distribution(CumulativeBuckets current) throws BadLineException {
    if (family.type == FamilyType.GAUGE_HISTOGRAM) {
      return between(current, null);
    }
    CumulativeBuckets earlier = previous;
    if (earlier == null) {
      previous = current;
      return created.isAfter(requestBeforeMillis) ? between(current, null) : null;
    }
    if (!current.isComparableTo(earlier)) {
      previous = current;
      throw new BadLineException("has other buckets than in the previous scrape");
    }
    boolean isReset = current.isReset(earlier);
    Distribution result = between(current, isReset ? null : earlier);
    previous = current;
    return result;
  }

  /** Returns the distribution of the counted observations; null if there are none. */
  private static @Nullable Distribution between(
      CumulativeBuckets current, @Nullable CumulativeBuckets earlier) throws BadLineException {
    long[] increase = current.increase(earlier);
    if (increase == null) {
      throw new BadLineException("has buckets that contradict each other");
    }
    if (Arrays.stream(increase).sum() == 0) {
      return null;
    }
    try {
      return HistogramBuckets.explicit(current.finiteBounds(), increase)
          .withSum(current.sumSince(earlier))
          .toDistribution();
    } catch (IllegalArgumentException e) {
      throw new BadLineException("has buckets that no distribution can hold");
    }
  }
}
