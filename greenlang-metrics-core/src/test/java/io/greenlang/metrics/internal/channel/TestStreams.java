package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.feed.StreamStats;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.internal.history.MemoryBudget;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Channels, and their opening as by a broker. */
final class TestStreams {

  private TestStreams() {}

  /** Returns channels with history, a custom aggregator and the default limits. */
  static ChannelRegistry registry(MetricsClock clock, Aggregator aggregator) {
    return new ChannelRegistry(
        ChannelLimits.DEFAULT,
        clock,
        Aggregators.of(clock, List.of(aggregator)),
        Retention.defaults(),
        new LocalBroker(clock));
  }

  /** Returns channels without history, with a limit of series. */
  static ChannelRegistry registry(MetricsClock clock, int seriesPerChannel) {
    return new ChannelRegistry(
        new ChannelLimits(1 << 20, seriesPerChannel),
        clock,
        Aggregators.builtIn(clock),
        Retention.NONE,
        new LocalBroker(clock));
  }

  /** Returns the collaborators of a channel with a custom aggregator and without history. */
  static ChannelStream.Context context(MetricsClock clock, Aggregator aggregator) {
    return new ChannelStream.Context(
        ChannelLimits.DEFAULT,
        clock,
        Aggregators.of(clock, List.of(aggregator)),
        Retention.NONE,
        new LocalBroker(clock),
        new MemoryBudget(1 << 20),
        new DirectBufferPool(FeedMemory.fromEnvironment()),
        new StreamStats(),
        DerivedStatistics.of(List.of()),
        ViewLimits.fromEnvironment());
  }

  static ChannelStream open(ChannelRegistry streams, Channel channel) {
    return open(streams, channel, ChannelLog.empty("e"));
  }

  static ChannelStream open(ChannelRegistry streams, Channel channel, ChannelLog log) {
    streams.onChannelOpened(channel, log);
    return Objects.requireNonNull(streams.find(channel));
  }

  /**
   * Waits until a hub has accepted a number of publications. A publisher may leave its publication
   * to a thread that holds the samples of the channel, such as one that reads them for a client.
   */
  static void awaitPublications(MetricsHub hub, long count) {
    TestThreads.await(() -> hub.stats().publications() >= count, "accepted publications");
  }

  /** Returns a publication of one sample of each host's series, for {@link FaultyAggregator}. */
  static Publication ofHosts(Channel channel, int hosts, long offset, MetricsClock clock) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < hosts; i++) {
      Tags tags = Tags.of("host", "h" + i);
      metrics.add(new Metric(channel, "n", FaultyAggregator.TYPE, 1, now, tags));
    }
    return new Publication(channel, "e", offset, clock.wallTimeMillis(), metrics);
  }
}
