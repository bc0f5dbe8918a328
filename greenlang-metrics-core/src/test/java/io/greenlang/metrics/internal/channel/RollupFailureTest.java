package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests that an error in the history or in a rollup concerns only the windows that miss a part. */
class RollupFailureTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_200_000L; // a multiple of five minutes
  private static final int SERIES = 3;
  private static final String GAP = "I null null";

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final FaultyAggregator aggregator = new FaultyAggregator();
  private final ChannelRegistry streams = TestStreams.registry(clock, aggregator);
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private final FeedReader minutes = open(Interval.ONE_MINUTE);
  private final FeedReader fiveMinutes = open(Interval.FIVE_MINUTES);
  private final FeedReader hours = open(Interval.ONE_HOUR);
  private long offset;

  private FeedReader open(Interval interval) {
    Subscription view =
        new Subscription(
            CHANNEL,
            TagFilter.ALL,
            new TreeSet<>(List.of(NamePattern.parse("n"))),
            interval,
            null,
            Format.METRIC);
    return stream.open(view, PlainEncoder.INSTANCE, StartPosition.NOW, null);
  }

  private void publishAllAt(long millis) {
    clock.advance(Duration.ofMillis(START + millis - clock.wallTimeMillis()));
    stream.accept(TestStreams.ofHosts(CHANNEL, SERIES, ++offset, clock));
  }

  /** Closes the windows that have ended, in as many ticks as errors require. */
  private void tickAt(long millis) {
    clock.advance(Duration.ofMillis(START + millis - clock.wallTimeMillis()));
    for (int i = 0; i < 4; i++) {
      streams.tick();
    }
  }

  /** Has one call of a name fail with an error. */
  private void fail(String name, int number) {
    AtomicInteger calls = new AtomicInteger();
    aggregator.beforeEachCall(
        call -> {
          if (call.equals(name) && calls.incrementAndGet() == number) {
            throw new OutOfMemoryError("on purpose");
          }
        });
  }

  private static List<String> window(long millis, int firstSeries) {
    return IntStream.range(firstSeries, SERIES)
        .mapToObj(i -> "M n{host=h" + i + "}=1.0 n=1 @" + (START + millis))
        .toList();
  }

  private List<String> drain(FeedReader reader) {
    return received.drainWithoutFields(reader);
  }

  @Test
  void close_errorInTheRecorder_longerWindowsAreComplete() {
    publishAllAt(1_000);
    fail("pack", 1);
    tickAt(60_300);
    tickAt(300_300);

    assertThat(drain(minutes)).containsAll(window(0, 0)).containsOnlyOnce(GAP);
    assertThat(drain(fiveMinutes)).isEqualTo(window(0, 0));
    assertThat(drain(hours)).isEmpty();
  }

  @Test
  void close_errorInTheRollup_longerWindowsReportAGap() {
    publishAllAt(1_000);
    fail("appendLater", 1);
    tickAt(60_300);
    tickAt(300_300);

    assertThat(drain(minutes)).isEqualTo(window(0, 0));
    List<String> expected = new ArrayList<>(window(0, 1));
    expected.add(0, GAP);
    assertThat(drain(fiveMinutes)).isEqualTo(expected);
    assertThat(drain(hours)).containsExactly(GAP);
  }

  @Test
  void close_errorWhileTheLongerWindowClosesBefore_onlyThatReportsAGap() {
    tickAt(240_300);
    publishAllAt(299_900);
    publishAllAt(300_100); // early, so the next minute closes in the same tick
    fail("pack", SERIES + 1);
    tickAt(360_300);

    List<String> expected = new ArrayList<>(window(240_000, 0));
    expected.addAll(window(300_000, 0));
    assertThat(drain(minutes)).isEqualTo(expected);
    assertThat(drain(fiveMinutes)).containsAll(window(0, 0)).containsOnlyOnce(GAP);
    assertThat(drain(hours)).isEmpty();
  }
}
