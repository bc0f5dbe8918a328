package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.internal.util.LogThrottle;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.Subscription;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics that a router dropped because it reached the series limit. They are reported once per
 * minute, with their number since the previous report. Used under the channel lock.
 */
public final class DroppedMetrics {

  private static final Logger log = LoggerFactory.getLogger(DroppedMetrics.class);

  /** The number of dropped series that are compared with the views. */
  static final int MAX_SERIES = 64;

  /**
   * A report of dropped metrics. Any thread.
   *
   * @param missed the number of metrics since the previous report
   * @param series their series; null if there are more than {@value #MAX_SERIES}
   * @param logged the arguments of the message for the log
   */
  public record Report(long missed, @Nullable Set<SeriesKey> series, List<Object> logged) {

    /** Logs the report. Not called under a lock that publishers acquire: a log may wait. */
    public void log() {
      log.warn(
          "Channel {} reached its limit of {} series; dropped {} metrics of {} new series such as {}"
              + " {}, {} in total. Use fewer distinct tag values, or raise seriesPerChannel",
          logged.toArray());
    }

    /**
     * Returns whether a view misses one of the series, or may miss one.
     *
     * @param areGrouped whether the tags of the series are those after grouping, which the filter
     *     of a grouped view does not describe
     */
    public boolean concerns(Subscription view, boolean areGrouped) {
      return series == null
          || (areGrouped && view.groupBy() != null)
          || series.stream().anyMatch(key -> view.matches(key.name(), key.tags()));
    }
  }

  private final Channel channel;
  private final int maxSeries;
  private final LogThrottle throttle = new LogThrottle();
  private long total;
  private long reported;
  private Set<SeriesKey> series = new LinkedHashSet<>();
  private boolean hasMoreSeries;

  DroppedMetrics(Channel channel, int maxSeries) {
    this.channel = channel;
    this.maxSeries = maxSeries;
  }

  void add(SeriesKey key) {
    total++;
    if (series.size() < MAX_SERIES) {
      series.add(key);
    } else {
      hasMoreSeries |= !series.contains(key);
    }
  }

  /** Returns the number of metrics dropped so far. */
  long total() {
    return total;
  }

  /**
   * Returns the metrics since the previous report; null if there are none, or if that was less than
   * a minute ago.
   */
  @Nullable Report poll(long nowNanos) {
    if (total == reported || !throttle.tryAcquire(nowNanos)) {
      return null;
    }
    SeriesKey example = series.iterator().next();
    Object count = hasMoreSeries ? "more than " + MAX_SERIES : series.size();
    long missed = total - reported;
    Report report =
        new Report(
            missed,
            hasMoreSeries ? null : series,
            List.of(channel, maxSeries, missed, count, example.name(), example.tags(), total));
    reported = total;
    series = new LinkedHashSet<>();
    hasMoreSeries = false;
    return report;
  }
}
