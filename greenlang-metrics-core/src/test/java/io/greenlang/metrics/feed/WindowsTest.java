package io.greenlang.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WindowsTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L; // a multiple of every interval but 1h

  /** Stands where a test puts it. */
  private static final class Clock implements MetricsClock {
    long millis = START;

    @Override
    public long wallMillis() {
      return millis;
    }

    @Override
    public long nanoTime() {
      return millis * 1_000_000;
    }
  }

  private final Clock clock = new Clock();
  private final ChannelStreams streams =
      new ChannelStreams(
          new StreamLimits(4 * 1024, 1000),
          clock,
          Aggregators.builtIn(clock),
          Retention.NONE,
          new LocalBroker(clock));
  private final ChannelStream stream = OpenStream.of(streams, CHANNEL);
  private final Received received = new Received();
  private long offset;

  private FeedCursor open(Interval interval, TagFilter filter, @Nullable Set<String> groupBy) {
    SortedSet<String> keep = groupBy == null ? null : new TreeSet<>(groupBy);
    Subscription all = Subscription.to(CHANNEL);
    Subscription subscription =
        new Subscription(CHANNEL, filter, all.names(), interval, keep, Format.METRIC);
    return stream.open(subscription, PlainEncoder.INSTANCE, Start.NOW, null);
  }

  private FeedCursor open(Interval interval) {
    return open(interval, TagFilter.ALL, null);
  }

  private void publish(Metric... metrics) {
    publish(clock.wallMillis(), metrics);
  }

  private void publish(long logMillis, Metric... metrics) {
    Instant now = Instant.ofEpochMilli(clock.millis);
    List<Metric> stamped =
        List.of(metrics).stream().map(m -> m.timestamp() == null ? m.at(now) : m).toList();
    stream.accept(new Publication(CHANNEL, "e", ++offset, logMillis, stamped));
  }

  private void at(long millisAfterStart) {
    clock.millis = START + millisAfterStart;
    streams.tick();
  }

  private static Metric gauge(String name, double value, String... tags) {
    return Metric.gauge(CHANNEL, name, value, Tags.of(tags));
  }

  @Test
  void window_closesAfterItsEndAndAMomentOfGrace() {
    FeedCursor cursor = open(Interval.FIVE_SECONDS);
    publish(gauge("a", 1));
    at(4_000);
    publish(gauge("a", 4));
    at(5_199);
    assertThat(received.drain(cursor)).isEmpty();
    at(5_200);
    assertThat(received.drain(cursor)).containsExactly("M a{}=2.5 n=2 @" + START);
    at(60_000);
    assertThat(received.drain(cursor)).as("an empty window is no message").isEmpty();
  }

  @Test
  void grace_lateAndEarlyReadings_countInTheirOwnWindows() {
    FeedCursor cursor = open(Interval.ONE_SECOND);
    at(1_100);
    publish(gauge("a", 10)); // measured in the next window already
    publish(gauge("a", 2).at(Instant.ofEpochMilli(START + 990))); // measured before the end
    at(1_200);
    at(2_200);
    assertThat(received.drain(cursor))
        .containsExactly("M a{}=2.0 n=1 @" + START, "M a{}=10.0 n=1 @" + (START + 1_000));
  }

  @Test
  void lateReading_afterTheGrace_countsInTheOpenWindow() {
    FeedCursor cursor = open(Interval.ONE_SECOND);
    at(3_500);
    publish(gauge("a", 7).at(Instant.ofEpochMilli(START + 10)));
    at(4_200);
    assertThat(received.drain(cursor)).containsExactly("M a{}=7.0 n=1 @" + (START + 3_000));
  }

  @Test
  void clock_setBackAnHour_doesNotHoldTheWindowsUp() {
    FeedCursor cursor = open(Interval.ONE_SECOND);
    publish(gauge("a", 1));
    at(-3_600_000);
    publish(gauge("a", 2));
    at(-3_600_000 + 1_200);
    assertThat(received.drain(cursor))
        .containsExactly("M a{}=1.0 n=1 @" + START, "M a{}=2.0 n=1 @" + (START - 3_600_000));
  }

  @Test
  void clock_setBackBehindALogWhoseTimesNeverFall_doesNotCutWindowsUp() {
    FeedCursor cursor = open(Interval.FIVE_SECONDS);
    long logged = clock.millis;
    publish(gauge("a", 1));
    at(-3_600_000);
    for (int second = 0; second < 10; second++) {
      publish(logged, gauge("a", second));
      at(-3_600_000 + 1_000 * (second + 1));
    }
    at(-3_600_000 + 10_200);
    assertThat(received.drain(cursor))
        .containsExactly(
            "M a{}=1.0 n=1 @" + START,
            "M a{}=2.0 n=5 @" + (START - 3_600_000),
            "M a{}=7.0 n=5 @" + (START - 3_600_000 + 5_000));
  }

  @Test
  void clock_setForwardAnHour_losesNothing() {
    FeedCursor cursor = open(Interval.ONE_SECOND);
    publish(gauge("a", 1));
    at(3_600_000);
    publish(gauge("a", 2));
    at(3_601_200);
    assertThat(received.drain(cursor))
        .containsExactly("M a{}=1.0 n=1 @" + START, "M a{}=2.0 n=1 @" + (START + 3_600_000));
  }

  @Test
  void series_thatMadeRoomAndComesBack_isInOneWindowAllTheSame() {
    at(14 * 60_000); // an hour has just begun
    FeedCursor cursor =
        open(Interval.ONE_HOUR, TagFilter.of(Map.of("a", Set.of("1"))), Set.of("a"));
    publish(Metric.counter(CHANNEL, "n", 100, Tags.of("a", "1")));
    at(25 * 60_000);
    fill("b");
    assertThat(stream.seriesCount()).as("it made room").isEqualTo(1000);
    at(36 * 60_000);
    publish(Metric.counter(CHANNEL, "n", 130, Tags.of("a", "1")));
    at(2 * 3_600_000);
    assertThat(received.drain(cursor))
        .singleElement()
        .asString()
        .contains("=130.0 n=2 ", " delta30.0 ");
  }

  @Test
  void series_thatMakeRoom_areNoMoreInOpenWindowsThanThereMayBe() {
    FeedCursor cursor = open(Interval.ONE_DAY, TagFilter.ALL, Set.of());
    for (int round = 0; round < 8; round++) {
      at(11 * 60_000L * round);
      fill("r" + round);
    }
    at(2 * 86_400_000L);
    assertThat(received.drain(cursor)).singleElement().asString().contains("n=2000 ");
  }

  /** Publishes on as many new series as there may be; those that are silent make room. */
  private void fill(String tag) {
    for (int i = 0; i < 1000; i++) {
      publish(gauge("f", 1, tag, "" + i));
    }
  }

  @Test
  void counter_acrossWindows_losesNoGrowth() {
    FeedCursor cursor = open(Interval.ONE_SECOND);
    publish(Metric.counter(CHANNEL, "n", 100, Tags.empty()));
    at(1_200);
    publish(Metric.counter(CHANNEL, "n", 130, Tags.empty()));
    at(2_200);
    at(5_300);
    publish(Metric.counter(CHANNEL, "n", 135, Tags.empty()));
    at(6_300);
    assertThat(received.drain(cursor))
        .containsExactly(
            "M n{}=100.0 n=1 @" + START + " delta0.0 rate0.0",
            "M n{}=130.0 n=1 @" + (START + 1_000) + " delta30.0 rate30.0",
            "M n{}=135.0 n=1 @" + (START + 5_000) + " delta5.0 rate5.0");
  }

  @Test
  void groupBy_mergesWhatDiffersInOtherTags_afterFiltering() {
    FeedCursor byEnv =
        open(
            Interval.ONE_SECOND,
            TagFilter.of(Map.of("host", Set.of("h1", "h2", "h3"))),
            Set.of("env"));
    FeedCursor all = open(Interval.ONE_SECOND, TagFilter.ALL, Set.of());
    publish(
        gauge("a", 1, "env", "p", "host", "h1"),
        gauge("a", 3, "env", "p", "host", "h2"),
        gauge("a", 10, "env", "s", "host", "h3"),
        gauge("a", 100, "env", "s", "host", "h4"));
    at(1_200);
    assertThat(received.drain(byEnv))
        .containsExactly("M a{env=p}=2.0 n=2 @" + START, "M a{env=s}=10.0 n=1 @" + START);
    assertThat(received.drain(all)).containsExactly("M a{}=28.5 n=4 @" + START);
  }

  @Test
  void groupBy_percentiles_areThoseOfThePooledReadings() {
    FeedCursor cursor = open(Interval.ONE_SECOND, TagFilter.ALL, Set.of());
    for (int i = 1; i <= 99; i++) {
      publish(Metric.histogram(CHANNEL, "t", 1, Tags.of("host", "quick")));
    }
    publish(Metric.histogram(CHANNEL, "t", 1000, Tags.of("host", "slow")));
    at(1_200);
    String message = received.drain(cursor).get(0);
    assertThat(message).contains("n=100").contains(" p991.0").doesNotContain("500");
  }

  @Test
  void manyCursors_ofOneView_foldAndEncodeOnce() {
    for (int i = 0; i < 100; i++) {
      open(Interval.FIVE_SECONDS);
    }
    publish(gauge("a", 1));
    publish(gauge("a", 2));
    at(5_200);
    assertThat(streams.stats().evaluations()).isEqualTo(1);
    assertThat(streams.stats().encodings()).isEqualTo(1);
    assertThat(streams.feedCount()).isEqualTo(1);
  }

  @Test
  void close_lastCursor_endsTheFolding() {
    FeedCursor plain = open(Interval.ONE_SECOND);
    FeedCursor grouped = open(Interval.ONE_SECOND, TagFilter.ALL, Set.of());
    publish(gauge("a", 1));
    plain.close();
    grouped.close();
    assertThat(streams.feedCount()).isZero();
    at(1_200);
    assertThat(streams.stats().evaluations()).isZero();
    FeedCursor again = open(Interval.ONE_SECOND);
    publish(gauge("a", 2));
    at(2_200);
    assertThat(received.drain(again)).containsExactly("M a{}=2.0 n=1 @" + (START + 1_000));
  }

  @Test
  void lapped_windowedCursor_isToldAndGetsTheNewestWindow() {
    FeedCursor cursor = open(Interval.ONE_SECOND);
    for (int i = 0; i < 500; i++) {
      at(i * 1_000L + 500);
      publish(gauge("a", i));
    }
    at(500_200);
    assertThat(received.drain(cursor))
        .containsExactly("L 500", "M a{}=499.0 n=1 @" + (START + 499_000));
    assertThat(cursor.accounting()).isEqualTo(new Accounting(500, 0, 500, 0, 0, 0));
  }

  @Test
  void replace_rawByWindows_leavesNothingOutInBetween() {
    FeedCursor raw = stream.open(Subscription.to(CHANNEL), PlainEncoder.INSTANCE, Start.NOW, null);
    publish(gauge("a", 1));
    Subscription all = Subscription.to(CHANNEL);
    FeedCursor windowed =
        stream.open(
            new Subscription(
                CHANNEL, all.tags(), all.names(), Interval.ONE_SECOND, null, Format.METRIC),
            PlainEncoder.INSTANCE,
            Start.NOW,
            raw);
    publish(gauge("a", 2));
    at(1_200);
    assertThat(received.drain(raw)).containsExactly("M a{}=1");
    assertThat(received.drain(windowed)).containsExactly("M a{}=2.0 n=1 @" + START);
  }
}
