package io.greenlang.metrics.internal.histogram;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.internal.util.SeriesKey;
import org.jspecify.annotations.Nullable;

/** A histogram of one series. */
final class HubHistogram implements Histogram {

  private final SeriesKey series;
  private final DistributionRecorder recorder = new DistributionRecorder();
  private volatile boolean closed;
  private long reportedIgnored;

  HubHistogram(SeriesKey series) {
    this.series = series;
  }

  @Override
  public void record(double observation) {
    recorder.record(observation);
  }

  /** Closes the histogram; {@link ChannelHistograms#drain} removes it. */
  @Override
  public void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Opens the histogram again: it is requested before it was removed. */
  void reopen() {
    closed = false;
  }

  SeriesKey series() {
    return series;
  }

  /**
   * Returns the observations since the previous call; null if there was none. One thread at a time.
   */
  @Nullable Metric drain() {
    Distribution drained = recorder.drain();
    return drained == null
        ? null
        : Metric.distribution(series.channel(), series.name(), drained, series.tags());
  }

  /** Returns whether observations were ignored since {@link #reportIgnored}. */
  boolean hasUnreportedIgnored() {
    return recorder.ignored() > reportedIgnored;
  }

  /** Returns the number of ignored observations, which is now reported. One thread at a time. */
  long reportIgnored() {
    reportedIgnored = recorder.ignored();
    return reportedIgnored;
  }
}
