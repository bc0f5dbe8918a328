package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests replays to clients so slow that the history evicts their next publications. */
class ReplayEvictionTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final Instant START = Instant.ofEpochMilli(1_000_000_000_000L);
  private static final int SERIES = 100;

  private final ManualClock clock = new ManualClock(START);
  private final ChannelRegistry streams = TestStreams.registry(clock, new FaultyAggregator());
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private void publish(int series, double value) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < series; i++) {
      metrics.add(Metric.gauge(CHANNEL, "s" + i, value, Tags.empty()).withTimestamp(now));
    }
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), metrics));
  }

  private FeedReader openWithHistory(@Nullable Interval interval) {
    for (int i = 1; i <= 50; i++) {
      publish(SERIES, i);
      advance(Duration.ofSeconds(1));
    }
    Subscription all = Subscription.ofChannel(CHANNEL);
    Subscription view =
        new Subscription(CHANNEL, all.tags(), all.names(), interval, null, all.format());
    StartPosition start = new StartPosition(false, null, START);
    return stream.open(view, PlainEncoder.INSTANCE, start, null);
  }

  private void advance(Duration step) {
    clock.advance(step);
    streams.tick();
  }

  /** Lets the history evict everything: idle chunks are sealed, and expire. */
  private void evictAll() {
    for (int i = 0; i < 10; i++) {
      advance(Duration.ofHours(6));
    }
  }

  @Test
  void replay_publicationsEvictedMeanwhile_endsWithGapAndLiveMetricsFollow() {
    FeedReader reader = openWithHistory(null);
    assertThat(reader.catchUp(received, 200)).isTrue();
    assertThat(received.drainMessages()).hasSizeBetween(200, 400);
    evictAll();
    publish(1, 51);

    assertThat(received.drain(reader)).containsExactly("I null null", "M s0{}=51");
  }

  @Test
  void replay_windowsEvictedMeanwhile_endsWithGap() {
    FeedReader reader = openWithHistory(Interval.ONE_SECOND);
    assertThat(reader.catchUp(received, 200)).isTrue();
    assertThat(received.drainMessages()).hasSizeBetween(200, 400);
    evictAll();

    List<String> rest = received.drain(reader);
    assertThat(rest).contains("I null null");
    assertThat(rest).as("of 48 windows at the most").hasSizeLessThan(48 * SERIES - 200);
  }

  @Test
  void replay_tenSecondsWithoutEviction_isComplete() {
    FeedReader reader = openWithHistory(null);
    assertThat(reader.catchUp(received, 200)).isTrue();
    int first = received.drainMessages().size();
    advance(Duration.ofSeconds(11));

    assertThat(received.drain(reader)).hasSize(50 * SERIES - first).doesNotContain("I null null");
  }
}
