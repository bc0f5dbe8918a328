package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests of the channels of a hub beside one another. */
class ChannelRegistryTest {

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final FailingBroker broker = new FailingBroker(clock);
  private final ChannelRegistry streams =
      new ChannelRegistry(
          ChannelLimits.DEFAULT, clock, Aggregators.builtIn(clock), Retention.NONE, broker);
  private final ReceivedMessages received = new ReceivedMessages();

  /** A broker whose watermark cannot be read a few times, as if there was no memory. */
  private static final class FailingBroker extends MemoryLog {

    private int failures;

    FailingBroker(MetricsClock clock) {
      super(clock);
    }

    @Override
    public long watermarkMillis() {
      if (failures > 0) {
        failures--;
        throw new OutOfMemoryError("for the test");
      }
      return super.watermarkMillis();
    }
  }

  private FeedReader openWithOneMetric(String name) {
    Channel channel = new Channel(name);
    ChannelStream stream = TestStreams.open(streams, channel);
    Subscription all = Subscription.ofChannel(channel);
    FeedReader reader =
        stream.open(
            new Subscription(
                channel, all.tags(), all.names(), Interval.ONE_SECOND, null, Format.METRIC),
            PlainEncoder.INSTANCE,
            StartPosition.NOW,
            null);
    Metric metric =
        Metric.gauge(channel, "load", 1, Tags.empty())
            .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis()));
    stream.accept(new Publication(channel, "e", 1, clock.wallTimeMillis(), List.of(metric)));
    return reader;
  }

  @Test
  void tick_oneChannelFails_closesTheWindowsOfTheOthers() {
    List<FeedReader> readers =
        Stream.of("a.metrics", "b.metrics", "c.metrics").map(this::openWithOneMetric).toList();
    clock.advance(Duration.ofSeconds(10));

    broker.failures = 1;
    streams.tick();
    assertThat(readers.stream().filter(reader -> !received.drain(reader).isEmpty()).count())
        .as("channels with a window")
        .isEqualTo(2);

    streams.tick();
    assertThat(readers.stream().filter(reader -> !received.drain(reader).isEmpty()).count())
        .as("channels with a window, after the failure")
        .isEqualTo(1);
  }
}
