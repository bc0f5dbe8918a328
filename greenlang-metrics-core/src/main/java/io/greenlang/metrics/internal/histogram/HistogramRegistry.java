package io.greenlang.metrics.internal.histogram;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.config.Option;
import io.greenlang.metrics.internal.config.Options;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The histograms of a hub. A separate thread, started with the first histogram, publishes them once
 * per interval: the observations of a channel are one publication. Any thread.
 */
public final class HistogramRegistry {

  /** How often the observations are published. */
  public static final Option<Duration> INTERVAL =
      Options.decimalSeconds(
              "histogramInterval",
              Duration.ofSeconds(1),
              Duration.ofMillis(100),
              Duration.ofHours(1))
          .builderOnly();

  private final long intervalMillis;
  private final int limitPerChannel;
  private final MetricsClock clock;
  private final Consumer<List<Metric>> publisher;
  private final ThrottledLog throttledLog;
  private final Map<Channel, ChannelHistograms> channels = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(NamedThreads.single("greenlang-histograms"));

  private final Object lifecycleLock = new Object();
  private boolean started;
  private boolean closed;

  /**
   * Creates a registry without histograms.
   *
   * @param interval a value of {@link #INTERVAL}
   * @param limitPerChannel the maximum number of histograms of a channel
   * @param publisher publishes the samples of one channel
   * @throws IllegalArgumentException if the interval is out of range
   */
  public HistogramRegistry(
      Duration interval,
      int limitPerChannel,
      MetricsClock clock,
      Consumer<List<Metric>> publisher) {
    this.intervalMillis = INTERVAL.checked(interval).toMillis();
    this.limitPerChannel = limitPerChannel;
    this.clock = clock;
    this.publisher = publisher;
    this.throttledLog = new ThrottledLog(LoggerFactory.getLogger(HistogramRegistry.class), clock);
  }

  /**
   * Returns the histogram of a series, whose channel exists. Equal series have the same histogram.
   *
   * @throws IllegalStateException if the registry is closed
   */
  public Histogram getOrCreate(SeriesKey series) {
    ChannelHistograms known = channels.get(series.channel());
    return (known == null ? addChannel(series.channel()) : known).getOrCreate(series);
  }

  private ChannelHistograms addChannel(Channel channel) {
    synchronized (lifecycleLock) {
      if (closed) {
        throw new IllegalStateException("the hub is closed");
      }
      if (!started) {
        timer.scheduleAtFixedRate(
            this::publish, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
        started = true; // only now, because the system may have refused the timer's thread
      }
    }
    return channels.computeIfAbsent(
        channel, key -> new ChannelHistograms(key, limitPerChannel, clock));
  }

  /** Publishes the observations since the previous call, one publication per channel. */
  public synchronized void publish() {
    channels.forEach(this::publishChannel);
  }

  private void publishChannel(Channel channel, ChannelHistograms histograms) {
    try {
      List<Metric> metrics = histograms.drain();
      if (!metrics.isEmpty()) {
        publisher.accept(metrics);
      }
    } catch (Throwable e) {
      // Catches errors too: the timer would stop at the first one, and no later interval would be
      // published.
      throttledLog.error(
          "Failed to publish the histograms of channel {}; discarding their last interval",
          channel,
          e);
    }
  }

  /** Returns the number of observations that were dropped because a limit was reached. */
  public long dropped() {
    return channels.values().stream().mapToLong(ChannelHistograms::dropped).sum();
  }

  /** Stops the timer and publishes the observations that are left. Idempotent. */
  public void close() {
    synchronized (lifecycleLock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    timer.shutdown();
    publish();
  }
}
