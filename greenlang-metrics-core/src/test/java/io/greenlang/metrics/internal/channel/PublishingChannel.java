package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel that a test publishes to, one publication per second of a manual clock. Not
 * thread-safe.
 */
final class PublishingChannel {

  static final Channel CHANNEL = new Channel("test.metrics");
  static final long START = 1_700_000_000_000L;
  private static final ChannelLimits LIMITS = new ChannelLimits(1 << 20, 1000);

  final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private ChannelStream stream = stream(Aggregators.builtIn(clock), Retention.defaults(), LIMITS);
  private long latestValue;
  private long publications;

  /** Replaces the stream by an empty one. */
  void reopen(Retention retention, ChannelLimits limits) {
    stream = stream(Aggregators.builtIn(clock), retention, limits);
  }

  /** Replaces the stream by an empty one with another aggregator. */
  void reopen(Aggregator aggregator) {
    stream = stream(Aggregators.of(clock, List.of(aggregator)), Retention.defaults(), LIMITS);
  }

  private ChannelStream stream(Aggregators aggregators, Retention retention, ChannelLimits limits) {
    return TestStreams.open(
        new ChannelRegistry(limits, clock, aggregators, retention, new LocalBroker(clock)),
        CHANNEL);
  }

  void tick() {
    stream.tick();
  }

  /** Publishes a gauge of each name, and advances the clock by a second. */
  void publish(String... names) {
    List<Metric> metrics = new ArrayList<>();
    for (String name : names) {
      metrics.add(gauge(name, clock.wallTimeMillis()));
    }
    publish(metrics);
    clock.advance(Duration.ofSeconds(1));
  }

  /** Publishes a gauge of a given time. */
  void publishAt(String name, long timeMillis) {
    publish(List.of(gauge(name, timeMillis)));
  }

  private Metric gauge(String name, long timeMillis) {
    return Metric.gauge(CHANNEL, name, (double) ++latestValue, Tags.empty())
        .withTimestamp(Instant.ofEpochMilli(timeMillis));
  }

  /** Publishes metrics as one publication. */
  void publish(List<Metric> metrics) {
    stream.accept(new Publication(CHANNEL, "e", ++publications, clock.wallTimeMillis(), metrics));
  }

  FeedReader open(Subscription subscription, StartPosition start) {
    return stream.open(subscription, PlainEncoder.INSTANCE, start, null);
  }

  FeedReader open(StartPosition start, Format format, @Nullable Interval interval) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return open(
        new Subscription(CHANNEL, all.tags(), all.names(), interval, null, format, true), start);
  }

  FeedReader open(StartPosition start) {
    return open(start, Format.METRIC, null);
  }
}
