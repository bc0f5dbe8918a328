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
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests replays to clients so slow that the history evicts their next publications. */
class ReplayEvictionTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final Instant START = Instant.ofEpochMilli(1_000_000_000_000L);
  private static final int SERIES = 100;
  private static final int FEED_BYTES = 2_048;
  private static final String GAP = "I null null";

  private final ManualClock clock = new ManualClock(START);
  private final ChannelRegistry streams =
      new ChannelRegistry(
          new ChannelLimits(FEED_BYTES, 1_000),
          clock,
          Aggregators.builtIn(clock),
          Retention.defaults(),
          new LocalBroker(clock));
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

  /** Publishes a value of each series every second. */
  private void publishSeconds(int first, int last) {
    for (int i = first; i <= last; i++) {
      publish(SERIES, i);
      advance(Duration.ofSeconds(1));
    }
  }

  private FeedReader openWithHistory(@Nullable Interval interval) {
    publishSeconds(1, 50);
    return open(interval);
  }

  private FeedReader open(@Nullable Interval interval) {
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

  private void advanceMinutes(int minutes) {
    for (int i = 0; i < minutes; i++) {
      advance(Duration.ofMinutes(1));
    }
  }

  /** Lets the history evict everything: idle chunks are sealed, and expire. */
  private void evictAll() {
    for (int i = 0; i < 10; i++) {
      advance(Duration.ofHours(6));
    }
  }

  @Test
  void replay_allEvictedMeanwhile_endsWithGapAndLiveMetricsFollow() {
    FeedReader reader = openWithHistory(null);
    assertThat(reader.catchUp(received, 200)).isTrue();
    assertThat(received.drainMessages()).hasSizeBetween(200, 400);
    evictAll();
    publish(1, 51);

    assertThat(received.drain(reader)).containsExactly(GAP, "M s0{}=51");
  }

  @Test
  void replay_windowsEvictedMeanwhile_endsWithGap() {
    FeedReader reader = openWithHistory(Interval.ONE_SECOND);
    assertThat(reader.catchUp(received, 200)).isTrue();
    assertThat(received.drainMessages()).hasSizeBetween(200, 400);
    evictAll();

    List<String> rest = received.drain(reader);
    assertThat(rest).contains(GAP);
    assertThat(rest).as("of 48 windows at the most").hasSizeLessThan(48 * SERIES - 200);
  }

  @Test
  void replay_tenSecondsWithoutEviction_isComplete() {
    FeedReader reader = openWithHistory(null);
    assertThat(reader.catchUp(received, 200)).isTrue();
    int first = received.drainMessages().size();
    advance(Duration.ofSeconds(11));

    assertThat(received.drain(reader)).hasSize(50 * SERIES - first).doesNotContain(GAP);
  }

  /** Raw samples are retained for an hour. */
  @Test
  void replay_olderPublicationsEvicted_continuesWithRetainedOnesAfterOneGap() {
    publishSeconds(1, 50);
    advanceMinutes(30);
    publishSeconds(51, 100);
    FeedReader reader = open(null);
    assertThat(reader.catchUp(received, 200)).isTrue();
    assertThat(received.drainMessages()).hasSizeBetween(200, 400);
    advanceMinutes(40);

    List<String> rest = received.drain(reader);
    assertThat(rest).startsWith(GAP, "M s0{}=51 again").endsWith("M s99{}=100 again");
    assertThat(rest).hasSize(1 + 50 * SERIES);
  }

  /** One series is in use for so long that its chunk outlives those of the same publications. */
  @Test
  void replay_startInPartlyEvictedHistory_isCompleteUnlessMoreIsEvicted() {
    publishSeconds(1, 50);
    for (int i = 51; i <= 65; i++) {
      advanceMinutes(5);
      publish(1, i);
    }
    FeedReader reader = open(null);
    assertThat(reader.startResult().recovered()).isFalse();
    assertThat(reader.catchUp(received, 10)).isTrue();
    List<String> messages = new ArrayList<>(received.drainMessages());
    assertThat(messages).as("before the publications that are complete").hasSizeLessThan(50);
    advance(Duration.ofSeconds(11));

    messages.addAll(received.drain(reader));
    assertThat(messages)
        .isEqualTo(IntStream.rangeClosed(1, 65).mapToObj(i -> "M s0{}=" + i + " again").toList());
  }

  @Test
  void replay_windowsReadBeforeTheirEviction_areDeliveredBeforeTheGap() {
    FeedReader reader = openWithHistory(Interval.ONE_SECOND);
    assertThat(reader.catchUp(received)).isTrue();
    assertThat(reader.catchUp(received, 200)).as("fewer than were read").isTrue();
    received.drainMessages();
    evictAll();

    List<String> rest = received.drain(reader);
    int gap = rest.indexOf(GAP);
    assertThat(gap).isPositive().isLessThan(48 * SERIES);
    assertThat(gap % SERIES).as("messages of a part of a window").isZero();
    assertThat(rest.subList(gap + 1, rest.size()))
        .as("live windows only")
        .noneMatch(message -> message.endsWith("again") || message.equals(GAP));
  }

  @Test
  void replay_extendedAfterGap_containsAllLaterWindows() {
    FeedReader reader = openWithHistory(Interval.ONE_SECOND);
    assertThat(reader.catchUp(received, 200)).isTrue();
    received.drainMessages();
    evictAll();
    publishSeconds(51, 80); // more than the feed retains
    advance(Duration.ofSeconds(2));

    List<String> rest = received.drain(reader);
    assertThat(rest).startsWith(GAP);
    assertThat(rest.get(1)).startsWith("M s0{}=51.0 n=1 @");
    assertThat(rest).as("one gap and 30 windows").hasSize(1 + 30 * SERIES);
  }
}
