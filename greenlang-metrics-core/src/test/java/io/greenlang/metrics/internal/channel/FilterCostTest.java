package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the cost of many subscribers, counted rather than timed. */
class FilterCostTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int SUBSCRIBERS = 10_000;
  private static final int FILTERS = 100;

  private long folds;
  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final FaultyAggregator countingAggregator = new FaultyAggregator();
  private final ChannelRegistry streams =
      new ChannelRegistry(
          ChannelLimits.DEFAULT,
          clock,
          Aggregators.of(clock, List.of(countingAggregator)),
          Retention.NONE,
          new LocalBroker(clock));
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private List<FeedReader> subscribe(int filters, @Nullable Interval interval) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    List<FeedReader> readers = new ArrayList<>();
    for (int i = 0; i < SUBSCRIBERS; i++) {
      TagFilter filter =
          filters == 0 ? TagFilter.ALL : TagFilter.of(Map.of("host", Set.of("h" + i % filters)));
      Subscription view =
          new Subscription(CHANNEL, filter, all.names(), interval, null, Format.METRIC);
      readers.add(stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null));
    }
    return readers;
  }

  private void publish(int hosts) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < hosts; i++) {
      metrics.add(
          new Metric(
              CHANNEL,
              "n",
              FaultyAggregator.TYPE,
              i,
              Instant.ofEpochMilli(clock.wallTimeMillis()),
              Tags.of("host", "h" + i)));
    }
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), metrics));
  }

  @Test
  void publish_10000SubscribersOn100Filters_evaluatesAtMost100Times() {
    List<FeedReader> readers = subscribe(FILTERS, null);
    assertThat(stream.feedCount()).isEqualTo(FILTERS);
    publish(FILTERS);
    assertThat(streams.stats().feedUpdates()).isEqualTo(FILTERS);
    assertThat(streams.stats().encodings()).isEqualTo(1);
    for (FeedReader reader : readers) {
      assertThat(received.drain(reader)).hasSize(1);
    }
    publish(1);
    assertThat(streams.stats().feedUpdates())
        .as("a metric of one host matches one of the filters")
        .isEqualTo(FILTERS + 1);
    assertThat(streams.stats().encodings()).isEqualTo(2);
  }

  @Test
  void publish_oneMetric10000Filters_evaluatesOnce() {
    List<FeedReader> readers = subscribe(SUBSCRIBERS, null);
    assertThat(stream.feedCount()).isEqualTo(SUBSCRIBERS);
    publish(1);
    assertThat(streams.stats().feedUpdates()).isEqualTo(1);
    assertThat(streams.stats().encodings()).isEqualTo(1);
    publish(SUBSCRIBERS);
    assertThat(streams.stats().feedUpdates()).isEqualTo(1 + SUBSCRIBERS);
    assertThat(streams.stats().encodings()).as("shared by all").isEqualTo(2);
    assertThat(received.drain(readers.get(7))).containsExactly("M n{host=h7}=7");
  }

  @Test
  void window_10000SubscribersToOneView_foldsOncePerSampleAndEncodesOncePerTick() {
    List<FeedReader> readers = subscribe(0, Interval.FIVE_SECONDS);
    assertThat(stream.feedCount()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(1)); // until then, samples wait for the preceding window
    streams.tick();
    countingAggregator.beforeEachCall(call -> folds += call.equals("add") ? 1 : 0);
    for (int i = 0; i < 50; i++) {
      publish(3);
    }
    assertThat(folds).as("one fold per sample").isEqualTo(150);
    clock.advance(Duration.ofSeconds(6));
    streams.tick();
    assertThat(streams.stats().feedUpdates()).as("one view").isEqualTo(1);
    assertThat(streams.stats().encodings()).as("one encoding per tick").isEqualTo(1);
    for (FeedReader reader : readers) {
      assertThat(received.drain(reader)).hasSize(3);
    }
    streams.tick();
    assertThat(streams.stats().encodings()).isEqualTo(1);
  }
}
