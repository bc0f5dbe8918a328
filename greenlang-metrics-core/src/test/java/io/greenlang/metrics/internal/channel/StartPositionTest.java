package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.StreamPosition;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the start positions of subscriptions and their reported outcome. */
class StartPositionTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;

  private long latestValue;
  private long publications;
  private final ReceivedMessages received = new ReceivedMessages();
  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private ChannelStream stream = stream(Retention.defaults(), new ChannelLimits(1 << 20, 1000));

  private ChannelStream stream(Retention retention, ChannelLimits limits) {
    return TestStreams.open(
        new ChannelRegistry(
            limits, clock, Aggregators.builtIn(clock), retention, new LocalBroker(clock)),
        CHANNEL);
  }

  private void publish(String... names) {
    List<Metric> metrics = new ArrayList<>();
    for (String name : names) {
      metrics.add(
          Metric.gauge(CHANNEL, name, (double) ++latestValue, Tags.empty())
              .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis())));
    }
    stream.accept(new Publication(CHANNEL, "e", ++publications, clock.wallTimeMillis(), metrics));
    clock.advance(Duration.ofSeconds(1));
  }

  private FeedReader open(StartPosition start, Format format, @Nullable Interval interval) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return stream.open(
        new Subscription(CHANNEL, all.tags(), all.names(), interval, null, format, true),
        PlainEncoder.INSTANCE,
        start,
        null);
  }

  private FeedReader open(StartPosition start) {
    return open(start, Format.METRIC, null);
  }

  @Test
  void since_validPosition_replaysThenContinuesLive() {
    publish("a");
    publish("a", "b");
    publish("a");
    FeedReader reader = open(StartPosition.since(new StreamPosition("e", 1)));
    publish("c");

    assertThat(reader.startResult()).isEqualTo(new StartResult(new StreamPosition("e", 1), true));
    assertThat(received.drain(reader))
        .containsExactly(
            "M a{}=2 #1 again", // not 2: a client that disconnects here has not received b
            "M b{}=3 #2 again",
            "M a{}=4 #3 again",
            "M c{}=5 #4");
  }

  @Test
  void latestWithFrom_seriesInReplayedPublicationsButEarlier_isSentFirst() {
    publish("a");
    publishAt("b", clock.wallTimeMillis());
    publishAt("c", clock.wallTimeMillis() - 50);
    Instant from = Instant.ofEpochMilli(clock.wallTimeMillis());
    FeedReader reader = open(new StartPosition(true, null, from));

    // c was published after b but counts before the requested time, so the replay omits it.
    assertThat(received.drain(reader))
        .containsExactly("M a{}=1 #1", "M c{}=3 #1", "M b{}=2 #2 again");
  }

  private void publishAt(String name, long timeMillis) {
    Metric metric =
        Metric.gauge(CHANNEL, name, (double) ++latestValue, Tags.empty())
            .withTimestamp(Instant.ofEpochMilli(timeMillis));
    stream.accept(
        new Publication(CHANNEL, "e", ++publications, clock.wallTimeMillis(), List.of(metric)));
  }

  @Test
  void from_windowPartlyEvicted_startsWithNextWindowUnrecovered() {
    Retention tenMinutes =
        Retention.defaults().withDuration(RetentionTier.RAW, Duration.ofMinutes(10));
    stream = stream(tenMinutes, new ChannelLimits(1 << 20, 1000));
    clock.advance(Duration.ofMillis(1_300));
    for (int second = 0; second < 1_800; second++) {
      publish("a");
      stream.tick();
    }
    FeedReader reader =
        open(StartPosition.from(Instant.ofEpochMilli(START)), Format.METRIC, Interval.FIVE_SECONDS);

    assertThat(reader.startResult().recovered()).isFalse();
    assertThat(received.drain(reader))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains(" n=5 "));
  }

  @Test
  void from_windowFailedToPack_omitsItAsLiveFeedDid() {
    FaultyAggregator faulty = new FaultyAggregator();
    ChannelRegistry streams =
        new ChannelRegistry(
            new ChannelLimits(1 << 20, 1000),
            clock,
            Aggregators.of(clock, List.of(faulty)),
            Retention.defaults(),
            new LocalBroker(clock));
    stream = TestStreams.open(streams, CHANNEL);
    FeedReader live = open(StartPosition.NOW, Format.METRIC, Interval.ONE_MINUTE);
    faulty.beforeEachCall(
        call -> {
          if (call.equals("pack")) {
            throw new IllegalStateException("on purpose");
          }
        });
    Metric sample = new Metric(CHANNEL, "f", FaultyAggregator.TYPE, 1, null, Tags.empty());
    Instant time = Instant.ofEpochMilli(clock.wallTimeMillis());
    stream.accept(
        new Publication(
            CHANNEL,
            "e",
            ++publications,
            clock.wallTimeMillis(),
            List.of(sample.withTimestamp(time))));
    publish("a");
    clock.advance(Duration.ofMinutes(1));
    stream.tick();

    assertThat(received.drain(live)).singleElement().asString().startsWith("M a{}=1.0 ");
    FeedReader replayed = open(StartPosition.from(time), Format.METRIC, Interval.ONE_MINUTE);
    assertThat(received.drain(replayed)).singleElement().asString().startsWith("M a{}=1.0 ");
  }

  @Test
  void latest_someHosts_deliversTheirSeriesInOrderOfCreation() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      metrics.add(
          Metric.gauge(CHANNEL, "m" + i / 10, (double) i, Tags.of("host", "h" + i % 10))
              .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis())));
    }
    stream.accept(new Publication(CHANNEL, "e", ++publications, clock.wallTimeMillis(), metrics));
    Subscription all = Subscription.ofChannel(CHANNEL);
    TagFilter someHosts = TagFilter.of(Map.of("host", Set.of("h7", "h2", "none")));
    FeedReader reader =
        stream.open(
            new Subscription(CHANNEL, someHosts, all.names(), null, null, Format.METRIC, true),
            PlainEncoder.INSTANCE,
            StartPosition.LATEST,
            null);

    assertThat(received.drain(reader))
        .extracting(frame -> frame.substring(0, frame.indexOf(' ', 2)))
        .containsExactly(
            "M m0{host=h2}=2",
            "M m0{host=h7}=7",
            "M m1{host=h2}=12",
            "M m1{host=h7}=17",
            "M m2{host=h2}=22",
            "M m2{host=h7}=27",
            "M m3{host=h2}=32",
            "M m3{host=h7}=37");
  }

  @Test
  void since_currentPosition_isRecoveredWithoutHistory() {
    stream = stream(Retention.NONE, ChannelLimits.DEFAULT);
    publish("a");
    assertThat(open(StartPosition.since(new StreamPosition("e", 1))).startResult().recovered())
        .isTrue();
    publish("a");
    FeedReader behindStream = open(StartPosition.since(new StreamPosition("e", 1)));
    assertThat(behindStream.startResult())
        .isEqualTo(new StartResult(new StreamPosition("e", 2), false));
    assertThat(received.drain(behindStream)).isEmpty();
  }

  @Test
  void since_otherEpochOrFutureOffset_isNotRecovered() {
    publish("a");
    for (StreamPosition position :
        List.of(
            new StreamPosition("f", 1),
            new StreamPosition("e", 200_000),
            new StreamPosition("e.5s", 1))) {
      FeedReader reader = open(StartPosition.since(position));
      assertThat(reader.startResult())
          .isEqualTo(new StartResult(new StreamPosition("e", 1), false));
      assertThat(received.drain(reader)).isEmpty();
    }
  }

  @Test
  void since_positionAheadOfInstance_skipsReceivedMetrics() {
    publish("a");
    FeedReader reader = open(StartPosition.since(new StreamPosition("e", 3)));
    assertThat(reader.startResult()).isEqualTo(new StartResult(new StreamPosition("e", 3), true));
    publish("seen");
    publish("seen");
    publish("new");
    assertThat(received.drain(reader)).containsExactly("M new{}=4 #4");
    DeliveryStats accounting = reader.accounting();
    assertThat(accounting.delivered()).isEqualTo(3);
    assertThat(accounting.merged()).isZero();
  }

  @Test
  void since_positionAheadOfInstanceAndLapped_sendsOnlyLaterValues() {
    stream = stream(Retention.NONE, new ChannelLimits(2 * 1024, 1000));
    FeedReader reader = open(StartPosition.since(new StreamPosition("e", 2)));
    for (int i = 0; i < 500; i++) {
      publish("a" + i);
    }
    List<String> messages = received.drain(reader);
    assertThat(messages.get(0)).isEqualTo("L 500");
    assertThat(messages).doesNotContain("M a1{}=2 #2").contains("M a2{}=3 #2");
  }

  @Test
  void since_positionOfOtherInterval_isNotRecovered() {
    FeedReader first = open(StartPosition.NOW, Format.METRIC, Interval.ONE_SECOND);
    publish("a");
    StreamPosition position =
        open(StartPosition.NOW, Format.METRIC, Interval.ONE_SECOND).startResult().position();
    assertThat(
            open(StartPosition.since(position), Format.METRIC, Interval.FIVE_SECONDS)
                .startResult()
                .recovered())
        .isFalse();
    assertThat(
            open(StartPosition.since(position), Format.METRIC, Interval.ONE_SECOND)
                .startResult()
                .recovered())
        .isTrue();
    first.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Interval.class,
      names = {"ONE_SECOND", "ONE_MINUTE"})
  void now_nothingRequested_hasNoRecoveredFlag(Interval interval) {
    publish("a");

    assertThat(open(StartPosition.NOW).startResult().recovered()).isNull();
    assertThat(open(StartPosition.LATEST).startResult().recovered()).isNull();
    assertThat(open(StartPosition.LATEST, Format.METRIC, interval).startResult().recovered())
        .isNull();
    assertThat(open(StartPosition.since(new StreamPosition("x", 1))).startResult().recovered())
        .isFalse();
  }

  @Test
  void since_evictedPosition_isNotRecovered() {
    stream = stream(Retention.defaults().bytesPerChannel(4_096), new ChannelLimits(1 << 20, 1000));
    for (int i = 0; i < 5_000; i++) {
      publish("a");
    }
    assertThat(open(StartPosition.since(new StreamPosition("e", 10))).startResult().recovered())
        .isFalse();
    assertThat(open(StartPosition.since(new StreamPosition("e", 4_999))).startResult().recovered())
        .isTrue();
  }

  @Test
  void since_beforeFirstPublication_replaysFromBeginning() {
    StreamPosition beginning = open(StartPosition.NOW).startResult().position();
    publish("a");
    FeedReader reader = open(StartPosition.since(beginning));
    assertThat(reader.startResult().recovered()).isTrue();
    assertThat(received.drain(reader)).containsExactly("M a{}=1 #1 again");
    // A client learns the epoch once; all later offsets belong to it.
    StreamPosition later = new StreamPosition(beginning.epoch(), 1);
    assertThat(open(StartPosition.since(later)).startResult().recovered()).isTrue();
  }

  @Test
  void since_withLatest_deliversLatestOfOtherSeriesFirst() {
    publish("quiet");
    publish("a");
    publish("a");
    FeedReader reader = open(new StartPosition(true, new StreamPosition("e", 2), null));

    assertThat(received.drain(reader)).containsExactly("M quiet{}=1 #2", "M a{}=3 #3 again");
  }

  @Test
  void from_pastTime_replaysFromThatTime() {
    publish("a");
    publish("a");
    Instant third = Instant.ofEpochMilli(clock.wallTimeMillis());
    publish("a");
    FeedReader reader = open(StartPosition.from(third));

    assertThat(reader.startResult()).isEqualTo(new StartResult(new StreamPosition("e", 2), true));
    assertThat(received.drain(reader)).containsExactly("M a{}=3 #3 again");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000_000L})
  void from_nowOrFutureTime_startsLive(long ahead) {
    publish("a");
    FeedReader reader =
        open(StartPosition.from(Instant.ofEpochMilli(clock.wallTimeMillis() + ahead)));
    publish("a");
    assertThat(received.drain(reader)).containsExactly("M a{}=2 #2");
  }

  @Test
  void replay_feedEvictsMeanwhile_isExtendedWithoutLoss() {
    stream = stream(Retention.defaults(), new ChannelLimits(2_048, 1000));
    for (int i = 0; i < 3_000; i++) {
      publish("a");
    }
    FeedReader reader = open(StartPosition.since(new StreamPosition("e", 0)));
    reader.catchUp(received);
    for (int i = 0; i < 3_000; i++) {
      publish("a"); // more than the feed's 2 KiB, while the client is still replaying
    }
    List<String> messages = received.drain(reader);
    publish("a");
    messages = new ArrayList<>(messages);
    messages.addAll(received.drain(reader));

    List<String> numbers =
        messages.stream().map(m -> m.replaceAll("M a\\{}=(\\d+) .*", "$1")).toList();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 6_001; i++) {
      expected.add(Integer.toString(i));
    }
    assertThat(numbers).isEqualTo(expected);
    DeliveryStats accounting = reader.accounting();
    assertThat(accounting.delivered()).isEqualTo(3_001);
    assertThat(accounting.published()).isEqualTo(3_001);
  }

  @Test
  void start_positionAndTime_isRejected() {
    assertThatThrownBy(() -> new StartPosition(false, new StreamPosition("e", 1), Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
