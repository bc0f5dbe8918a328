package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the latest sample of a series, which is the latest one by time. */
class LatestSampleTest {

  private static final Channel CHANNEL = Channel.WORKFLOW;
  private static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);

  private final ManualClock clock = new ManualClock(START);
  private final MemoryLog log = new MemoryLog(clock);
  private final ReceivedMessages received = new ReceivedMessages();
  private ChannelStream stream = open(ChannelLog.empty(MemoryLog.EPOCH));

  private ChannelStream open(ChannelLog from) {
    ChannelLimits limits = new ChannelLimits(2 * 1024, 1000);
    return TestStreams.open(
        new ChannelRegistry(limits, clock, Aggregators.builtIn(clock), Retention.defaults(), log),
        CHANNEL,
        from);
  }

  /** Publishes a metric whose timestamp differs from its arrival. */
  private void publish(Metric metric, long millisFromNow) {
    Instant time = Instant.ofEpochMilli(clock.wallTimeMillis() + millisFromNow);
    stream.accept(log.append(CHANNEL, List.of(metric.withTimestamp(time))));
  }

  private static Metric gauge(double value) {
    return Metric.gauge(CHANNEL, "g", value, Tags.empty());
  }

  private static Metric distribution(double value) {
    return Metric.distribution(CHANNEL, "duration", Distribution.of(value, value), Tags.empty());
  }

  private List<String> messages(StartPosition start) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    Subscription subscription =
        new Subscription(CHANNEL, all.tags(), all.names(), null, null, Format.METRIC, true);
    FeedReader reader = stream.open(subscription, PlainEncoder.INSTANCE, start, null);
    List<String> messages = received.drain(reader);
    reader.close();
    return messages;
  }

  private List<String> latest() {
    return messages(StartPosition.LATEST);
  }

  @Test
  void latest_slightlyOlderSampleArrivesLast_isLatestByTime() {
    publish(gauge(1), 0);
    clock.advance(Duration.ofMillis(20));
    publish(gauge(2), -50);
    assertThat(latest()).containsExactly("M g{}=1 #2");
  }

  @Test
  void latest_olderDistributionArrivesLast_isLatestByTimeWithDerivedGauges() {
    publish(distribution(10), 0);
    publish(distribution(20), -5_000);
    assertThat(latest()).hasSize(7).allSatisfy(message -> assertThat(message).contains("=10"));
    clock.advance(Duration.ofSeconds(61));
    publish(distribution(30), -70_000); // only older ones for a minute: a clock was wrong
    assertThat(latest()).hasSize(7).allSatisfy(message -> assertThat(message).contains("=30"));
  }

  @Test
  void latest_timestampInFuture_isEqualAfterRecovery() {
    publish(gauge(1), 5_000);
    clock.advance(Duration.ofSeconds(1));
    publish(gauge(2), 0);
    assertThat(latest()).containsExactly("M g{}=2 #2");
    clock.advance(Duration.ofSeconds(30));
    stream = open(log);
    assertThat(latest()).containsExactly("M g{}=2 #2");
  }

  @Test
  void latest_clockSetBackSlightly_isNextSample() {
    publish(gauge(1), 0);
    clock.stepWallTime(Duration.ofSeconds(-5));
    publish(gauge(2), 0);
    assertThat(latest()).containsExactly("M g{}=2 #2");
    publish(gauge(3), -50);
    assertThat(latest()).containsExactly("M g{}=2 #3");
  }

  @Test
  void latestWithFrom_latestCountsBeforeReplayOfOlderSample_isSentFirst() {
    clock.advance(Duration.ofSeconds(1));
    publish(Metric.gauge(CHANNEL, "other", 7, Tags.empty()), 0);
    clock.advance(Duration.ofMillis(10));
    publish(gauge(1), -100);
    Instant from = Instant.ofEpochMilli(clock.wallTimeMillis() - 40);
    clock.advance(Duration.ofMillis(200));
    publish(gauge(2), -310); // counts 200 ms before its arrival
    assertThat(messages(new StartPosition(true, null, from)))
        .containsExactly("M g{}=1 #0", "M other{}=7 #1 again", "M g{}=2 #3 again");
  }

  @Test
  void lagged_olderSampleAmongMissed_isReplacedByLatestByTime() {
    Subscription all = Subscription.ofChannel(CHANNEL);
    FeedReader reader = stream.open(all, PlainEncoder.INSTANCE, StartPosition.NOW, null);
    for (int i = 1; i <= 1_000; i++) {
      clock.advance(Duration.ofMillis(1));
      publish(gauge(i), i == 900 ? 0 : -150);
    }
    assertThat(received.drain(reader)).containsExactly("L 1000", "M g{}=900");
  }
}
