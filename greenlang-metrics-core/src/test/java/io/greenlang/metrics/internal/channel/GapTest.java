package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that every client is notified of a gap, whatever its view. */
class GapTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final ChannelRegistry streams =
      new ChannelRegistry(
          new ChannelLimits(2 * 1024, 1000),
          clock,
          Aggregators.builtIn(clock),
          Retention.defaults(),
          new MemoryLog(clock));
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();

  private FeedReader open(@Nullable Interval interval, boolean offsets, StartPosition start) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return stream.open(
        new Subscription(CHANNEL, all.tags(), all.names(), interval, null, Format.METRIC, offsets),
        PlainEncoder.INSTANCE,
        start,
        null);
  }

  private void publish(String epoch, long offset, String name) {
    Metric metric =
        Metric.gauge(CHANNEL, name, (double) offset, Tags.empty())
            .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis()));
    stream.accept(new Publication(CHANNEL, epoch, offset, clock.wallTimeMillis(), List.of(metric)));
  }

  @Test
  void gap_sameEpoch_isReportedBetweenMetrics() {
    FeedReader plain = open(null, false, StartPosition.NOW);
    FeedReader withOffsets = open(null, true, StartPosition.NOW);
    publish("e", 1, "a");
    stream.reportGap(new Gap(CHANNEL, "e", 10, 42));
    publish("e", 11, "a");

    assertThat(received.drain(plain)).containsExactly("M a{}=1", "I 42 null", "M a{}=11");
    assertThat(received.drain(withOffsets))
        .containsExactly("M a{}=1 #1", "I 42 " + new StreamPosition("e", 10), "M a{}=11 #11");
    DeliveryStats accounting = plain.stats();
    assertThat(accounting.published()).isEqualTo(2);
    assertThat(accounting.delivered()).isEqualTo(2);
  }

  @Test
  void gap_nothingLost_isReportedToReadersOfPositionsOnly() {
    FeedReader plain = open(null, false, StartPosition.NOW);
    FeedReader withOffsets = open(null, true, StartPosition.NOW);
    publish("e", 1, "a");
    stream.reportGap(new Gap(CHANNEL, "f", 0, 0));
    publish("f", 1, "a");

    assertThat(received.drain(plain)).containsExactly("M a{}=1", "M a{}=1");
    assertThat(received.drain(withOffsets))
        .containsExactly("M a{}=1 #1", "I 0 " + new StreamPosition("f", 0), "M a{}=1 #1");
  }

  @Test
  void gap_newEpoch_continuesInNewEpoch() {
    FeedReader reader = open(null, true, StartPosition.NOW);
    publish("e", 1, "a");
    publish("e", 2, "a");
    stream.reportGap(new Gap(CHANNEL, "f", 0, Gap.UNKNOWN));
    publish("f", 1, "a");
    assertThat(received.drain(reader))
        .endsWith("I null " + new StreamPosition("f", 0), "M a{}=1 #1");

    assertThat(open(null, true, StartPosition.since(new StreamPosition("e", 2))).startResult())
        .isEqualTo(new StartResult(new StreamPosition("f", 1), false));
    FeedReader resumed = open(null, true, StartPosition.since(new StreamPosition("f", 0)));
    assertThat(resumed.startResult().recovered()).isTrue();
    assertThat(received.drain(resumed)).containsExactly("M a{}=1 #1 again");
  }

  @Test
  void since_positionBeforeGap_isNotRecovered() {
    publish("e", 1, "a");
    stream.reportGap(new Gap(CHANNEL, "e", 10, 42));
    publish("e", 11, "a");

    assertThat(
            open(null, true, StartPosition.since(new StreamPosition("e", 1)))
                .startResult()
                .recovered())
        .isFalse();
    assertThat(
            open(null, true, StartPosition.since(new StreamPosition("e", 10)))
                .startResult()
                .recovered())
        .isTrue();
  }

  @Test
  void gap_windowedView_isReportedBeforeAffectedWindow() {
    FeedReader reader = open(Interval.ONE_SECOND, true, StartPosition.NOW);
    publish("e", 1, "a");
    stream.reportGap(new Gap(CHANNEL, "f", 0, Gap.UNKNOWN));
    clock.advance(Duration.ofSeconds(2));
    streams.tick();

    List<String> messages = received.drain(reader);
    // The preceding window is still open during the grace period.
    long precedingWindow = START / 1_000 - 2;
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0)).isEqualTo("I null " + new StreamPosition("f.1s", precedingWindow));
    assertThat(messages.get(1)).contains("n=1 @" + START).endsWith("#" + (precedingWindow + 2));
    assertThat(
            open(
                    Interval.ONE_SECOND,
                    true,
                    StartPosition.since(new StreamPosition("f.1s", precedingWindow)))
                .startResult()
                .recovered())
        .isFalse();
    assertThat(
            open(
                    Interval.ONE_SECOND,
                    true,
                    StartPosition.since(new StreamPosition("f.1s", precedingWindow + 1)))
                .startResult()
                .recovered())
        .isTrue();
  }

  @Test
  void gap_lappedClient_isReportedBeforeLatestValues() {
    FeedReader reader = open(null, true, StartPosition.NOW);
    publish("e", 1, "before");
    stream.reportGap(new Gap(CHANNEL, "f", 0, Gap.UNKNOWN));
    for (int i = 1; i <= 500; i++) {
      publish("f", i, "behind");
    }

    List<String> messages = received.drain(reader);
    assertThat(messages.get(0)).isEqualTo("I null " + new StreamPosition("f", 0));
    assertThat(messages.get(1)).isEqualTo("L 501");
    assertThat(messages).contains("M before{}=1 #0", "M behind{}=500 #0");
  }

  @Test
  void gap_lappedWindowedClient_isReported() {
    FeedReader reader = open(Interval.ONE_SECOND, true, StartPosition.NOW);
    stream.reportGap(new Gap(CHANNEL, "e", 7, 3));
    for (int i = 8; i < 200; i++) {
      publish("e", i, "a");
      clock.advance(Duration.ofSeconds(1));
      streams.tick();
    }

    List<String> messages = received.drain(reader);
    assertThat(messages.get(0)).startsWith("I 3 ");
    assertThat(messages.get(1)).startsWith("L ");
  }
}
