package io.greenlang.metrics.internal.histogram;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.LogThrottle;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The histograms of one channel, limited in number. Further ones share one that drops and counts
 * their observations. Any thread, except {@link #drain}.
 */
final class ChannelHistograms {

  private static final Logger log = LoggerFactory.getLogger(ChannelHistograms.class);

  private final Channel channel;
  private final int limit;
  private final MetricsClock clock;
  private final LogThrottle ignoredLog = new LogThrottle();
  private final LogThrottle droppedLog = new LogThrottle();
  private final ConcurrentMap<SeriesKey, HubHistogram> histograms = new ConcurrentHashMap<>();
  private final LongAdder dropped = new LongAdder();
  private final Histogram overflow = new DroppingHistogram(dropped);
  private long reportedDropped;

  /** A histogram beyond the limit, which only counts. */
  private record DroppingHistogram(LongAdder dropped) implements Histogram {

    @Override
    public void record(double observation) {
      dropped.increment();
    }

    @Override
    public void close() {
      // it is shared by all further series, so there is nothing to remove
    }
  }

  ChannelHistograms(Channel channel, int limit, MetricsClock clock) {
    this.channel = channel;
    this.limit = limit;
    this.clock = clock;
  }

  /** Returns the histogram of a series; beyond the limit, one that drops observations. */
  Histogram getOrCreate(SeriesKey series) {
    HubHistogram existing = histograms.get(series);
    return existing == null || existing.isClosed() ? openOrCreate(series) : existing;
  }

  private synchronized Histogram openOrCreate(SeriesKey series) {
    HubHistogram existing = histograms.get(series);
    if (existing != null) {
      existing.reopen();
      return existing;
    }
    if (histograms.size() >= limit) {
      return overflow;
    }
    HubHistogram added = new HubHistogram(series);
    histograms.put(series, added);
    return added;
  }

  /** Removes a histogram, unless it was opened again meanwhile. */
  private synchronized void removeIfClosed(HubHistogram histogram) {
    if (histogram.isClosed()) {
      histograms.remove(histogram.series());
    }
  }

  /**
   * Returns one sample for each histogram that has observations since the previous call, and
   * removes closed histograms. One thread at a time.
   */
  List<Metric> drain() {
    List<Metric> metrics = new ArrayList<>();
    for (HubHistogram each : histograms.values()) {
      if (each.isClosed()) {
        removeIfClosed(each); // before it is drained, because it may be opened again until then
      }
      Metric metric = each.drain();
      if (metric != null) {
        metrics.add(metric);
      }
      logIgnored(each);
    }
    logDropped();
    return metrics;
  }

  private void logIgnored(HubHistogram histogram) {
    if (histogram.hasUnreportedIgnored() && ignoredLog.tryAcquire(clock.monotonicNanos())) {
      SeriesKey series = histogram.series();
      log.warn(
          "Histogram {} {} {} has ignored {} observations that are NaN or infinite",
          channel,
          series.name(),
          series.tags(),
          histogram.reportIgnored());
    }
  }

  private void logDropped() {
    long sum = dropped.sum();
    if (sum > reportedDropped && droppedLog.tryAcquire(clock.monotonicNanos())) {
      reportedDropped = sum;
      log.warn(
          "Channel {} reached its limit of {} histograms; dropped {} observations of further ones"
              + " so far. Use fewer distinct tag values, or raise seriesPerChannel",
          channel,
          limit,
          sum);
    }
  }

  /** Returns the number of observations that were dropped because the limit was reached. */
  long dropped() {
    return dropped.sum();
  }
}
