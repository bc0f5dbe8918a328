package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests subscriptions that resume at a position, and their reported outcome. */
class SincePositionTest {

  private final PublishingChannel channel = new PublishingChannel();
  private final ReceivedMessages received = new ReceivedMessages();

  @Test
  void since_validPosition_replaysThenContinuesLive() {
    channel.publish("a");
    channel.publish("a", "b");
    channel.publish("a");
    FeedReader reader = channel.open(StartPosition.since(new StreamPosition("e", 1)));
    channel.publish("c");

    assertThat(reader.startResult()).isEqualTo(new StartResult(new StreamPosition("e", 1), true));
    assertThat(received.drain(reader))
        .containsExactly(
            "M a{}=2 #1 again", // not 2: a client that disconnects here has not received b
            "M b{}=3 #2 again",
            "M a{}=4 #3 again",
            "M c{}=5 #4");
  }

  @Test
  void since_currentPosition_isRecoveredWithoutHistory() {
    channel.reopen(Retention.NONE, ChannelLimits.DEFAULT);
    channel.publish("a");
    assertThat(
            channel.open(StartPosition.since(new StreamPosition("e", 1))).startResult().recovered())
        .isTrue();
    channel.publish("a");
    FeedReader behindStream = channel.open(StartPosition.since(new StreamPosition("e", 1)));
    assertThat(behindStream.startResult())
        .isEqualTo(new StartResult(new StreamPosition("e", 2), false));
    assertThat(received.drain(behindStream)).isEmpty();
  }

  @Test
  void since_otherEpochOrFutureOffset_isNotRecovered() {
    channel.publish("a");
    for (StreamPosition position :
        List.of(
            new StreamPosition("f", 1),
            new StreamPosition("e", 200_000),
            new StreamPosition("e.5s", 1))) {
      FeedReader reader = channel.open(StartPosition.since(position));
      assertThat(reader.startResult())
          .isEqualTo(new StartResult(new StreamPosition("e", 1), false));
      assertThat(received.drain(reader)).isEmpty();
    }
  }

  @Test
  void since_positionAheadOfInstance_skipsReceivedMetrics() {
    channel.publish("a");
    FeedReader reader = channel.open(StartPosition.since(new StreamPosition("e", 3)));
    assertThat(reader.startResult()).isEqualTo(new StartResult(new StreamPosition("e", 3), true));
    channel.publish("seen");
    channel.publish("seen");
    channel.publish("new");
    assertThat(received.drain(reader)).containsExactly("M new{}=4 #4");
    DeliveryStats accounting = reader.stats();
    assertThat(accounting.delivered()).isEqualTo(3);
    assertThat(accounting.merged()).isZero();
  }

  @Test
  void since_positionAheadOfInstanceAndLapped_sendsOnlyLaterValues() {
    channel.reopen(Retention.NONE, new ChannelLimits(2 * 1024, 1000));
    FeedReader reader = channel.open(StartPosition.since(new StreamPosition("e", 2)));
    for (int i = 0; i < 500; i++) {
      channel.publish("a" + i);
    }
    List<String> messages = received.drain(reader);
    assertThat(messages.get(0)).isEqualTo("L 500");
    assertThat(messages).doesNotContain("M a1{}=2 #2").contains("M a2{}=3 #2");
  }

  @Test
  void since_positionOfOtherInterval_isNotRecovered() {
    FeedReader first = channel.open(StartPosition.NOW, Format.METRIC, Interval.ONE_SECOND);
    channel.publish("a");
    StreamPosition position =
        channel
            .open(StartPosition.NOW, Format.METRIC, Interval.ONE_SECOND)
            .startResult()
            .position();
    assertThat(
            channel
                .open(StartPosition.since(position), Format.METRIC, Interval.FIVE_SECONDS)
                .startResult()
                .recovered())
        .isFalse();
    assertThat(
            channel
                .open(StartPosition.since(position), Format.METRIC, Interval.ONE_SECOND)
                .startResult()
                .recovered())
        .isTrue();
    first.close();
  }

  @Test
  void since_evictedPosition_isNotRecovered() {
    channel.reopen(Retention.defaults().bytesPerChannel(4_096), new ChannelLimits(1 << 20, 1000));
    for (int i = 0; i < 5_000; i++) {
      channel.publish("a");
    }
    assertThat(
            channel
                .open(StartPosition.since(new StreamPosition("e", 10)))
                .startResult()
                .recovered())
        .isFalse();
    assertThat(
            channel
                .open(StartPosition.since(new StreamPosition("e", 4_999)))
                .startResult()
                .recovered())
        .isTrue();
  }

  @Test
  void since_beforeFirstPublication_replaysFromBeginning() {
    StreamPosition beginning = channel.open(StartPosition.NOW).startResult().position();
    channel.publish("a");
    FeedReader reader = channel.open(StartPosition.since(beginning));
    assertThat(reader.startResult().recovered()).isTrue();
    assertThat(received.drain(reader)).containsExactly("M a{}=1 #1 again");
    // A client learns the epoch once; all later offsets belong to it.
    StreamPosition later = new StreamPosition(beginning.epoch(), 1);
    assertThat(channel.open(StartPosition.since(later)).startResult().recovered()).isTrue();
  }

  @Test
  void since_withLatest_deliversLatestOfOtherSeriesFirst() {
    channel.publish("quiet");
    channel.publish("a");
    channel.publish("a");
    FeedReader reader = channel.open(new StartPosition(true, new StreamPosition("e", 2), null));

    assertThat(received.drain(reader)).containsExactly("M quiet{}=1 #2", "M a{}=3 #3 again");
  }

  @Test
  void replay_feedEvictsMeanwhile_isExtendedWithoutLoss() {
    channel.reopen(Retention.defaults(), new ChannelLimits(2_048, 1000));
    for (int i = 0; i < 3_000; i++) {
      channel.publish("a");
    }
    FeedReader reader = channel.open(StartPosition.since(new StreamPosition("e", 0)));
    reader.catchUp(received);
    for (int i = 0; i < 3_000; i++) {
      channel.publish("a"); // more than the feed's 2 KiB, while the client is still replaying
    }
    List<String> messages = received.drain(reader);
    channel.publish("a");
    messages = new ArrayList<>(messages);
    messages.addAll(received.drain(reader));

    List<String> numbers =
        messages.stream().map(m -> m.replaceAll("M a\\{}=(\\d+) .*", "$1")).toList();
    List<String> expected = new ArrayList<>();
    for (int i = 1; i <= 6_001; i++) {
      expected.add(Integer.toString(i));
    }
    assertThat(numbers).isEqualTo(expected);
    DeliveryStats accounting = reader.stats();
    assertThat(accounting.delivered()).isEqualTo(3_001);
    assertThat(accounting.published()).isEqualTo(3_001);
  }
}
