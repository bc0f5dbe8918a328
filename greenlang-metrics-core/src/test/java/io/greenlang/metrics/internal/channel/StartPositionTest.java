package io.greenlang.metrics.internal.channel;

import static io.greenlang.metrics.internal.channel.PublishingChannel.CHANNEL;
import static io.greenlang.metrics.internal.channel.PublishingChannel.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the start positions of subscriptions and their reported outcome. */
class StartPositionTest {

  private final PublishingChannel channel = new PublishingChannel();
  private final ReceivedMessages received = new ReceivedMessages();

  @Test
  void latestWithFrom_seriesInReplayedPublicationsButEarlier_isSentFirst() {
    channel.publish("a");
    channel.publishAt("b", channel.clock.wallTimeMillis());
    channel.publishAt("c", channel.clock.wallTimeMillis() - 50);
    Instant from = Instant.ofEpochMilli(channel.clock.wallTimeMillis());
    FeedReader reader = channel.open(new StartPosition(true, null, from));

    // c was published after b but counts before the requested time, so the replay omits it.
    assertThat(received.drain(reader))
        .containsExactly("M a{}=1 #1", "M c{}=3 #1", "M b{}=2 #2 again");
  }

  @Test
  void from_windowPartlyEvicted_startsWithNextWindowUnrecovered() {
    Retention tenMinutes =
        Retention.defaults().withDuration(RetentionTier.RAW, Duration.ofMinutes(10));
    channel.reopen(tenMinutes, new ChannelLimits(1 << 20, 1000));
    channel.clock.advance(Duration.ofMillis(1_300));
    for (int second = 0; second < 1_800; second++) {
      channel.publish("a");
      channel.tick();
    }
    FeedReader reader =
        channel.open(
            StartPosition.from(Instant.ofEpochMilli(START)), Format.METRIC, Interval.FIVE_SECONDS);

    assertThat(reader.startResult().recovered()).isFalse();
    assertThat(received.drain(reader))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).contains(" n=5 "));
  }

  @Test
  void from_windowFailedToPack_omitsItAsLiveFeedDid() {
    FaultyAggregator faulty = new FaultyAggregator();
    channel.reopen(faulty);
    FeedReader live = channel.open(StartPosition.NOW, Format.METRIC, Interval.ONE_MINUTE);
    faulty.beforeEachCall(
        call -> {
          if (call.equals("pack")) {
            throw new IllegalStateException("on purpose");
          }
        });
    Metric sample = new Metric(CHANNEL, "f", FaultyAggregator.TYPE, 1, null, Tags.empty());
    Instant time = Instant.ofEpochMilli(channel.clock.wallTimeMillis());
    channel.publish(List.of(sample.withTimestamp(time)));
    channel.publish("a");
    channel.clock.advance(Duration.ofMinutes(1));
    channel.tick();

    assertThat(received.drain(live)).singleElement().asString().startsWith("M a{}=1.0 ");
    FeedReader replayed =
        channel.open(StartPosition.from(time), Format.METRIC, Interval.ONE_MINUTE);
    assertThat(received.drain(replayed)).singleElement().asString().startsWith("M a{}=1.0 ");
  }

  @Test
  void latest_someHosts_deliversTheirSeriesInOrderOfCreation() {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      metrics.add(
          Metric.gauge(CHANNEL, "m" + i / 10, (double) i, Tags.of("host", "h" + i % 10))
              .withTimestamp(Instant.ofEpochMilli(channel.clock.wallTimeMillis())));
    }
    channel.publish(metrics);
    Subscription all = Subscription.ofChannel(CHANNEL);
    TagFilter someHosts = TagFilter.of(Map.of("host", Set.of("h7", "h2", "none")));
    FeedReader reader =
        channel.open(
            new Subscription(CHANNEL, someHosts, all.names(), null, null, Format.METRIC, true),
            StartPosition.LATEST);

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

  @ParameterizedTest
  @EnumSource(
      value = Interval.class,
      names = {"ONE_SECOND", "ONE_MINUTE"})
  void now_nothingRequested_hasNoRecoveredFlag(Interval interval) {
    channel.publish("a");

    assertThat(channel.open(StartPosition.NOW).startResult().recovered()).isNull();
    assertThat(channel.open(StartPosition.LATEST).startResult().recovered()).isNull();
    assertThat(
            channel.open(StartPosition.LATEST, Format.METRIC, interval).startResult().recovered())
        .isNull();
    assertThat(
            channel.open(StartPosition.since(new StreamPosition("x", 1))).startResult().recovered())
        .isFalse();
  }

  @Test
  void from_pastTime_replaysFromThatTime() {
    channel.publish("a");
    channel.publish("a");
    Instant third = Instant.ofEpochMilli(channel.clock.wallTimeMillis());
    channel.publish("a");
    FeedReader reader = channel.open(StartPosition.from(third));

    assertThat(reader.startResult()).isEqualTo(new StartResult(new StreamPosition("e", 2), true));
    assertThat(received.drain(reader)).containsExactly("M a{}=3 #3 again");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1_000_000_000_000L})
  void from_nowOrFutureTime_startsLive(long ahead) {
    channel.publish("a");
    FeedReader reader =
        channel.open(
            StartPosition.from(Instant.ofEpochMilli(channel.clock.wallTimeMillis() + ahead)));
    channel.publish("a");
    assertThat(received.drain(reader)).containsExactly("M a{}=2 #2");
  }

  @Test
  void start_positionAndTime_isRejected() {
    assertThatThrownBy(() -> new StartPosition(false, new StreamPosition("e", 1), Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
