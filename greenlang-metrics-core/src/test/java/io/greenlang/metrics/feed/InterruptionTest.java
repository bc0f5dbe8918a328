package io.greenlang.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.SteppedClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that every client is notified of a gap, whatever its view. */
class InterruptionTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;

  private final SteppedClock clock = new SteppedClock(START);
  private final ChannelStreams streams =
      new ChannelStreams(
          new StreamLimits(2 * 1024, 1000),
          clock,
          Aggregators.builtIn(clock),
          Retention.usual(),
          new MemoryLog(clock));
  private final ChannelStream stream = OpenStream.of(streams, CHANNEL);
  private final Received received = new Received();

  private FeedCursor open(@Nullable Interval interval, boolean offsets, Start start) {
    Subscription all = Subscription.to(CHANNEL);
    return stream.open(
        new Subscription(CHANNEL, all.tags(), all.names(), interval, null, Format.METRIC, offsets),
        PlainEncoder.INSTANCE,
        start,
        null);
  }

  private void publish(String epoch, long offset, String name) {
    Metric metric =
        Metric.gauge(CHANNEL, name, (double) offset, Tags.empty())
            .at(Instant.ofEpochMilli(clock.wallMillis()));
    stream.accept(new Publication(CHANNEL, epoch, offset, clock.wallMillis(), List.of(metric)));
  }

  @Test
  void gap_sameEpoch_isReportedBetweenMetrics() {
    FeedCursor plain = open(null, false, Start.NOW);
    FeedCursor withOffsets = open(null, true, Start.NOW);
    publish("e", 1, "a");
    stream.interrupt(new Interruption(CHANNEL, "e", 10, 42));
    publish("e", 11, "a");

    assertThat(received.drain(plain)).containsExactly("M a{}=1", "I 42 null", "M a{}=11");
    assertThat(received.drain(withOffsets))
        .containsExactly("M a{}=1 #1", "I 42 " + new Position("e", 10), "M a{}=11 #11");
    Accounting accounting = plain.accounting();
    assertThat(accounting.published()).isEqualTo(2);
    assertThat(accounting.delivered()).isEqualTo(2);
  }

  @Test
  void gap_newEpoch_continuesInNewEpoch() {
    FeedCursor cursor = open(null, true, Start.NOW);
    publish("e", 1, "a");
    publish("e", 2, "a");
    stream.interrupt(new Interruption(CHANNEL, "f", 0, Interruption.UNKNOWN));
    publish("f", 1, "a");
    assertThat(received.drain(cursor)).endsWith("I null " + new Position("f", 0), "M a{}=1 #1");

    assertThat(open(null, true, Start.since(new Position("e", 2))).opening())
        .isEqualTo(new Opening(new Position("f", 1), false));
    FeedCursor resumed = open(null, true, Start.since(new Position("f", 0)));
    assertThat(resumed.opening().recovered()).isTrue();
    assertThat(received.drain(resumed)).containsExactly("M a{}=1 #1 again");
  }

  @Test
  void since_positionBeforeGap_isNotRecovered() {
    publish("e", 1, "a");
    stream.interrupt(new Interruption(CHANNEL, "e", 10, 42));
    publish("e", 11, "a");

    assertThat(open(null, true, Start.since(new Position("e", 1))).opening().recovered()).isFalse();
    assertThat(open(null, true, Start.since(new Position("e", 10))).opening().recovered()).isTrue();
  }

  @Test
  void gap_windowedView_isReportedBeforeAffectedWindow() {
    FeedCursor cursor = open(Interval.ONE_SECOND, true, Start.NOW);
    publish("e", 1, "a");
    stream.interrupt(new Interruption(CHANNEL, "f", 0, Interruption.UNKNOWN));
    clock.advance(2_000_000_000L);
    streams.tick();

    List<String> messages = received.drain(cursor);
    // The preceding window is still open during the grace period.
    long precedingWindow = START / 1_000 - 2;
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0)).isEqualTo("I null " + new Position("f.1s", precedingWindow));
    assertThat(messages.get(1)).contains("n=1 @" + START).endsWith("#" + (precedingWindow + 2));
    assertThat(
            open(Interval.ONE_SECOND, true, Start.since(new Position("f.1s", precedingWindow)))
                .opening()
                .recovered())
        .isFalse();
    assertThat(
            open(Interval.ONE_SECOND, true, Start.since(new Position("f.1s", precedingWindow + 1)))
                .opening()
                .recovered())
        .isTrue();
  }

  @Test
  void gap_lappedClient_isReportedBeforeLatestValues() {
    FeedCursor cursor = open(null, true, Start.NOW);
    publish("e", 1, "before");
    stream.interrupt(new Interruption(CHANNEL, "f", 0, Interruption.UNKNOWN));
    for (int i = 1; i <= 500; i++) {
      publish("f", i, "behind");
    }

    List<String> messages = received.drain(cursor);
    assertThat(messages.get(0)).isEqualTo("I null " + new Position("f", 0));
    assertThat(messages.get(1)).isEqualTo("L 501");
    assertThat(messages).contains("M before{}=1 #0", "M behind{}=500 #0");
  }

  @Test
  void gap_lappedWindowedClient_isReported() {
    FeedCursor cursor = open(Interval.ONE_SECOND, true, Start.NOW);
    stream.interrupt(new Interruption(CHANNEL, "e", 7, 3));
    for (int i = 8; i < 200; i++) {
      publish("e", i, "a");
      clock.advance(1_000_000_000L);
      streams.tick();
    }

    List<String> messages = received.drain(cursor);
    assertThat(messages.get(0)).startsWith("I 3 ");
    assertThat(messages.get(1)).startsWith("L ");
  }
}
