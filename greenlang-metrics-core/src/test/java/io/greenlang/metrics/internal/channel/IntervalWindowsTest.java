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
import io.greenlang.metrics.subscription.DeliveryStats;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IntervalWindowsTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L; // a multiple of every interval but 1h

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final ChannelRegistry streams =
      new ChannelRegistry(
          new ChannelLimits(4 * 1024, 1000),
          clock,
          Aggregators.builtIn(clock),
          Retention.NONE,
          new LocalBroker(clock));
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private FeedReader open(Interval interval, TagFilter filter, @Nullable Set<String> groupBy) {
    SortedSet<String> keptTags = groupBy == null ? null : new TreeSet<>(groupBy);
    Subscription all = Subscription.ofChannel(CHANNEL);
    Subscription subscription =
        new Subscription(CHANNEL, filter, all.names(), interval, keptTags, Format.METRIC);
    return stream.open(subscription, PlainEncoder.INSTANCE, StartPosition.NOW, null);
  }

  private FeedReader open(Interval interval) {
    return open(interval, TagFilter.ALL, null);
  }

  private void publish(Metric... metrics) {
    publish(clock.wallTimeMillis(), metrics);
  }

  private void publish(long logMillis, Metric... metrics) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> stamped =
        List.of(metrics).stream()
            .map(m -> m.timestamp() == null ? m.withTimestamp(now) : m)
            .toList();
    stream.accept(new Publication(CHANNEL, "e", ++offset, logMillis, stamped));
  }

  private void advanceTo(long millisAfterStart) {
    Duration step = Duration.ofMillis(START + millisAfterStart - clock.wallTimeMillis());
    if (step.isNegative()) {
      clock.stepWallTime(step);
    } else {
      clock.advance(step);
    }
    streams.tick();
  }

  private static Metric gauge(String name, double value, String... tags) {
    return Metric.gauge(CHANNEL, name, value, Tags.of(tags));
  }

  @Test
  void window_endAndGracePassed_closes() {
    FeedReader reader = open(Interval.FIVE_SECONDS);
    publish(gauge("a", 1));
    advanceTo(4_000);
    publish(gauge("a", 4));
    advanceTo(5_199);
    assertThat(received.drain(reader)).isEmpty();
    advanceTo(5_200);
    assertThat(received.drain(reader)).containsExactly("M a{}=2.5 n=2 @" + START);
    advanceTo(60_000);
    assertThat(received.drain(reader)).as("an empty window sends no message").isEmpty();
  }

  @Test
  void window_lateAndEarlySamplesWithinGrace_countInTheirWindows() {
    FeedReader reader = open(Interval.ONE_SECOND);
    advanceTo(1_100);
    publish(gauge("a", 10)); // already measured in the next window
    publish(
        gauge("a", 2).withTimestamp(Instant.ofEpochMilli(START + 990))); // measured before the end
    advanceTo(1_200);
    advanceTo(2_200);
    assertThat(received.drain(reader))
        .containsExactly("M a{}=2.0 n=1 @" + START, "M a{}=10.0 n=1 @" + (START + 1_000));
  }

  @Test
  void window_lateSampleAfterGrace_countsInOpenWindow() {
    FeedReader reader = open(Interval.ONE_SECOND);
    advanceTo(3_500);
    publish(gauge("a", 7).withTimestamp(Instant.ofEpochMilli(START + 10)));
    advanceTo(4_200);
    assertThat(received.drain(reader)).containsExactly("M a{}=7.0 n=1 @" + (START + 3_000));
  }

  @Test
  void clock_setBackAnHour_doesNotDelayWindows() {
    FeedReader reader = open(Interval.ONE_SECOND);
    publish(gauge("a", 1));
    advanceTo(-3_600_000);
    publish(gauge("a", 2));
    advanceTo(-3_600_000 + 1_200);
    assertThat(received.drain(reader))
        .containsExactly("M a{}=1.0 n=1 @" + START, "M a{}=2.0 n=1 @" + (START - 3_600_000));
  }

  @Test
  void clock_setBackWhileLogTimeConstant_doesNotSplitWindows() {
    FeedReader reader = open(Interval.FIVE_SECONDS);
    long logMillis = clock.wallTimeMillis();
    publish(gauge("a", 1));
    advanceTo(-3_600_000);
    for (int second = 0; second < 10; second++) {
      publish(logMillis, gauge("a", second));
      advanceTo(-3_600_000 + 1_000 * (second + 1));
    }
    advanceTo(-3_600_000 + 10_200);
    assertThat(received.drain(reader))
        .containsExactly(
            "M a{}=1.0 n=1 @" + START,
            "M a{}=2.0 n=5 @" + (START - 3_600_000),
            "M a{}=7.0 n=5 @" + (START - 3_600_000 + 5_000));
  }

  @Test
  void clock_setForwardAnHour_losesNothing() {
    FeedReader reader = open(Interval.ONE_SECOND);
    publish(gauge("a", 1));
    advanceTo(3_600_000);
    publish(gauge("a", 2));
    advanceTo(3_601_200);
    assertThat(received.drain(reader))
        .containsExactly("M a{}=1.0 n=1 @" + START, "M a{}=2.0 n=1 @" + (START + 3_600_000));
  }

  @Test
  void series_evictedAndReturns_staysInOneWindow() {
    advanceTo(14 * 60_000); // an hour has just begun
    FeedReader reader =
        open(Interval.ONE_HOUR, TagFilter.of(Map.of("a", Set.of("1"))), Set.of("a"));
    publish(Metric.counter(CHANNEL, "n", 100, Tags.of("a", "1")));
    advanceTo(25 * 60_000);
    fill("b");
    assertThat(stream.seriesCount()).as("it was evicted").isEqualTo(1000);
    advanceTo(36 * 60_000);
    publish(Metric.counter(CHANNEL, "n", 130, Tags.of("a", "1")));
    advanceTo(2 * 3_600_000);
    assertThat(received.drain(reader))
        .singleElement()
        .asString()
        .contains("=130.0 n=2 ", " delta30.0 ");
  }

  @Test
  void series_manyEvicted_stayInBoundedOpenWindows() {
    FeedReader reader = open(Interval.ONE_DAY, TagFilter.ALL, Set.of());
    for (int round = 0; round < 8; round++) {
      advanceTo(11 * 60_000L * round);
      fill("r" + round);
    }
    advanceTo(2 * 86_400_000L);
    assertThat(received.drain(reader)).singleElement().asString().contains("n=2000 ");
  }

  /** Publishes on as many new series as the limit allows, which evicts idle ones. */
  private void fill(String tag) {
    for (int i = 0; i < 1000; i++) {
      publish(gauge("f", 1, tag, "" + i));
    }
  }

  @Test
  void counter_acrossWindows_losesNoGrowth() {
    FeedReader reader = open(Interval.ONE_SECOND);
    publish(Metric.counter(CHANNEL, "n", 100, Tags.empty()));
    advanceTo(1_200);
    publish(Metric.counter(CHANNEL, "n", 130, Tags.empty()));
    advanceTo(2_200);
    advanceTo(5_200);
    publish(Metric.counter(CHANNEL, "n", 135, Tags.empty()));
    advanceTo(6_300);
    assertThat(received.drain(reader))
        .containsExactly(
            "M n{}=100.0 n=1 @" + START + " delta0.0 rate0.0",
            "M n{}=130.0 n=1 @" + (START + 1_000) + " delta30.0 rate25.0",
            "M n{}=135.0 n=1 @" + (START + 5_000) + " delta5.0 rate1.25");
  }

  @Test
  void groupBy_filteredSeries_mergesOverOtherTags() {
    FeedReader byEnv =
        open(
            Interval.ONE_SECOND,
            TagFilter.of(Map.of("host", Set.of("h1", "h2", "h3"))),
            Set.of("env"));
    FeedReader all = open(Interval.ONE_SECOND, TagFilter.ALL, Set.of());
    publish(
        gauge("a", 1, "env", "p", "host", "h1"),
        gauge("a", 3, "env", "p", "host", "h2"),
        gauge("a", 10, "env", "s", "host", "h3"),
        gauge("a", 100, "env", "s", "host", "h4"));
    advanceTo(1_200);
    assertThat(received.drain(byEnv))
        .containsExactly("M a{env=p}=2.0 n=2 @" + START, "M a{env=s}=10.0 n=1 @" + START);
    assertThat(received.drain(all)).containsExactly("M a{}=28.5 n=4 @" + START);
  }

  @Test
  void groupBy_histogram_percentilesCoverAllSamples() {
    FeedReader reader = open(Interval.ONE_SECOND, TagFilter.ALL, Set.of());
    for (int i = 1; i <= 99; i++) {
      publish(Metric.histogram(CHANNEL, "t", 1, Tags.of("host", "quick")));
    }
    publish(Metric.histogram(CHANNEL, "t", 1000, Tags.of("host", "slow")));
    advanceTo(1_200);
    String message = received.drain(reader).get(0);
    assertThat(message).contains("n=100").contains(" p991.0").doesNotContain("500");
  }

  @Test
  void open_manyCursorsOfOneView_foldsAndEncodesOnce() {
    for (int i = 0; i < 100; i++) {
      open(Interval.FIVE_SECONDS);
    }
    publish(gauge("a", 1));
    publish(gauge("a", 2));
    advanceTo(5_200);
    assertThat(streams.stats().feedUpdates()).isEqualTo(1);
    assertThat(streams.stats().encodings()).isEqualTo(1);
    assertThat(streams.feedCount()).isEqualTo(1);
  }

  @Test
  void close_lastCursor_endsFolding() {
    FeedReader plain = open(Interval.ONE_SECOND);
    FeedReader grouped = open(Interval.ONE_SECOND, TagFilter.ALL, Set.of());
    publish(gauge("a", 1));
    plain.close();
    grouped.close();
    assertThat(streams.feedCount()).isZero();
    advanceTo(1_200);
    assertThat(streams.stats().feedUpdates()).isZero();
    FeedReader again = open(Interval.ONE_SECOND);
    publish(gauge("a", 2));
    advanceTo(2_200);
    assertThat(received.drain(again)).containsExactly("M a{}=2.0 n=1 @" + (START + 1_000));
  }

  @Test
  void catchUp_lappedWindowedCursor_deliversMissedCountAndLatestWindow() {
    FeedReader reader = open(Interval.ONE_SECOND);
    for (int i = 0; i < 500; i++) {
      advanceTo(i * 1_000L + 500);
      publish(gauge("a", i));
    }
    advanceTo(500_200);
    assertThat(received.drain(reader))
        .containsExactly("L 500", "M a{}=499.0 n=1 @" + (START + 499_000));
    assertThat(reader.stats()).isEqualTo(new DeliveryStats(500, 0, 500, 0, 0, 0));
  }

  @Test
  void open_windowsReplaceRaw_omitsNothing() {
    FeedReader raw =
        stream.open(
            Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, StartPosition.NOW, null);
    publish(gauge("a", 1));
    Subscription all = Subscription.ofChannel(CHANNEL);
    FeedReader windowed =
        stream.open(
            new Subscription(
                CHANNEL, all.tags(), all.names(), Interval.ONE_SECOND, null, Format.METRIC),
            PlainEncoder.INSTANCE,
            StartPosition.NOW,
            raw);
    publish(gauge("a", 2));
    advanceTo(1_200);
    assertThat(received.drain(raw)).containsExactly("M a{}=1");
    assertThat(received.drain(windowed)).containsExactly("M a{}=2.0 n=1 @" + START);
  }
}
