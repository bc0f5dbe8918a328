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
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests lapped clients of windowed views: the replacement windows have the exact aggregates. */
class LappedWindowsTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L; // a multiple of 5 s, and of 100 s

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final ChannelRegistry streams =
      new ChannelRegistry(
          new ChannelLimits(2 * 1024, 1000),
          clock,
          Aggregators.builtIn(clock),
          Retention.defaults(),
          new LocalBroker(clock));
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private FeedReader open(Interval interval, @Nullable Set<String> groupBy) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return stream.open(
        new Subscription(
            CHANNEL,
            all.tags(),
            all.names(),
            interval,
            groupBy == null ? null : new TreeSet<>(groupBy),
            Format.METRIC),
        PlainEncoder.INSTANCE,
        StartPosition.NOW,
        null);
  }

  private void publish(Metric... metrics) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    stream.accept(
        new Publication(
            CHANNEL,
            "e",
            ++offset,
            clock.wallTimeMillis(),
            List.of(metrics).stream().map(m -> m.withTimestamp(now)).toList()));
  }

  private void advanceClock(long millis) {
    clock.advance(Duration.ofMillis(millis));
    streams.tick();
  }

  @Test
  void catchUp_lappedGauge_deliversOneWindowSpanningAllMissed() {
    advanceClock(300);
    FeedReader reader = open(Interval.FIVE_SECONDS, null);
    for (int second = 0; second < 3_000; second++) {
      publish(Metric.gauge(CHANNEL, "a", second, Tags.empty()));
      advanceClock(1_000);
    }
    // 600 windows of five samples each.
    assertThat(received.drain(reader))
        .containsExactly("L 600", "M a{}=1499.5 n=3000 @" + START + "+50m");
    publish(Metric.gauge(CHANNEL, "a", 7, Tags.empty()));
    advanceClock(5_000);
    assertThat(received.drain(reader)).containsExactly("M a{}=7.0 n=1 @" + (START + 3_000_000));
  }

  @Test
  void skipCatchUp_lappedWindows_sendsMissedCountOnly() {
    advanceClock(300);
    FeedReader reader = open(Interval.FIVE_SECONDS, null);
    for (int second = 0; second < 3_000; second++) {
      publish(Metric.gauge(CHANNEL, "a", second, Tags.empty()));
      advanceClock(1_000);
    }
    reader.skipCatchUp(received);
    assertThat(received.drainMessages()).containsExactly("L 600");
    assertThat(received.drain(reader)).isEmpty();
  }

  /**
   * The missed range cannot be derived from time: the same times occurred before the clock step.
   */
  @Test
  void catchUp_lappedWhileClockSetBack_repeatsNothing() {
    FeedReader reader = open(Interval.ONE_SECOND, null);
    for (int second = 0; second < 600; second++) {
      publish(Metric.gauge(CHANNEL, "a", 1, Tags.empty()));
      advanceClock(1_000);
      received.drain(reader);
    }
    advanceClock(1_200);
    received.drain(reader);
    for (int second = 0; second < 200; second++) {
      publish(Metric.gauge(CHANNEL, "a", 1_000, Tags.empty()));
      advanceClock(1_000);
    }
    clock.stepWallTime(Duration.ofMinutes(-10));
    streams.tick();
    for (int second = 0; second < 200; second++) {
      publish(Metric.gauge(CHANNEL, "a", 1_000, Tags.empty()));
      advanceClock(1_000);
    }
    List<String> messages = received.drain(reader);
    assertThat(messages.get(0)).startsWith("L ");
    assertThat(messages.subList(1, messages.size()))
        .isNotEmpty()
        .allSatisfy(message -> assertThat(message).startsWith("M a{}=1000.0 n=1 "));
  }

  @Test
  void catchUp_lappedCounter_deltaCoversGap() {
    publish(Metric.counter(CHANNEL, "a", 1_000, Tags.empty()));
    advanceClock(5_200);
    FeedReader reader = open(Interval.FIVE_SECONDS, null);
    for (int second = 0; second < 3_000; second++) {
      publish(Metric.counter(CHANNEL, "a", 1_000 + 10.0 * (second + 1), Tags.empty()));
      advanceClock(1_000);
    }
    advanceClock(5_200);
    String merged = received.drain(reader).get(1);
    assertThat(merged).contains(" delta30000.0");
  }

  @Test
  void catchUp_lappedHistogram_percentilesCoverAllSamples() {
    FeedReader reader = open(Interval.ONE_SECOND, null);
    List<Double> values = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      double value = Math.exp(3 * random.nextGaussian());
      values.add(value);
      publish(Metric.histogram(CHANNEL, "a", value, Tags.empty()));
      advanceClock(40);
    }
    advanceClock(1_200);
    values.sort(null);
    String merged = received.drain(reader).get(1);
    Matcher p99 = Pattern.compile("p99([0-9.E-]+)").matcher(merged);
    assertThat(p99.find()).isTrue();
    double exact = values.get(4_949);
    assertThat(Double.parseDouble(p99.group(1))).isBetween(exact * 0.98, exact * 1.02);
    assertThat(merged).contains("n=5000 ");
  }

  /** Regardless of the lag, every sample is counted exactly once. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void catchUp_randomLag_countsEverySampleOnce(long seed) {
    Random random = new Random(seed);
    Interval interval =
        List.of(Interval.ONE_SECOND, Interval.FIVE_SECONDS, Interval.ONE_MINUTE)
            .get(random.nextInt(3));
    FeedReader ungrouped = open(interval, null);
    FeedReader grouped = open(interval, Set.of("zone"));
    long published = 0;
    long countedUngrouped = 0;
    long countedGrouped = 0;
    for (int step = 0; step < 4_000; step++) {
      Tags tags = Tags.of("host", "h" + random.nextInt(5), "zone", "z" + random.nextInt(2));
      publish(Metric.gauge(CHANNEL, "a", step, tags));
      published++;
      advanceClock(random.nextInt(400));
      if (random.nextInt(200) == 0) {
        countedUngrouped += sampleCount(received.drain(ungrouped));
      }
      if (random.nextInt(200) == 0) {
        countedGrouped += sampleCount(received.drain(grouped));
      }
    }
    advanceClock(2 * interval.millis());
    countedUngrouped += sampleCount(received.drain(ungrouped));
    countedGrouped += sampleCount(received.drain(grouped));
    assertThat(countedUngrouped).isEqualTo(published);
    assertThat(countedGrouped).isEqualTo(published);
  }

  private static long sampleCount(List<String> messages) {
    Pattern countPattern = Pattern.compile(" n=(\\d+) ");
    long sum = 0;
    for (String message : messages) {
      Matcher matcher = countPattern.matcher(message);
      sum += matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
    return sum;
  }

  /**
   * A view opened in the middle of a window contains all of that window, as if it had always been
   * open.
   */
  @ParameterizedTest
  @EnumSource(Interval.class)
  void view_openedWithinWindow_containsAllOfIt(Interval interval) {
    long start = interval.windowStart(START + interval.millis() - 1);
    clock.advance(Duration.ofMillis(start - START));
    streams.tick();
    publish(Metric.counter(CHANNEL, "a", 5, Tags.empty()));
    advanceClock(100);
    publish(Metric.counter(CHANNEL, "a", 12, Tags.empty()));
    advanceClock(100);
    FeedReader lateReader = open(interval, null);
    advanceClock(interval.millis() + 300);

    assertThat(received.drain(lateReader))
        .singleElement()
        .asString()
        .contains("=12.0 n=2 @" + start);
  }

  @Test
  void latest_newView_isLatestClosedWindow() {
    publish(Metric.gauge(CHANNEL, "a", 1, Tags.of("zone", "z", "host", "1")));
    publish(Metric.gauge(CHANNEL, "a", 3, Tags.of("zone", "z", "host", "2")));
    advanceClock(7_000);
    Subscription all = Subscription.ofChannel(CHANNEL);
    FeedReader reader =
        stream.open(
            new Subscription(
                CHANNEL,
                all.tags(),
                all.names(),
                Interval.FIVE_SECONDS,
                new TreeSet<>(Set.of("zone")),
                Format.METRIC),
            PlainEncoder.INSTANCE,
            StartPosition.LATEST,
            null);
    assertThat(received.drain(reader)).containsExactly("M a{zone=z}=2.0 n=2 @" + START);
  }

  @Test
  void mergedWindow_emptyWindowsBeforeSubscription_areNotPartOfIt() {
    open(Interval.ONE_SECOND, null);
    advanceClock(40_000);
    FeedReader reader = open(Interval.ONE_SECOND, null);
    long subscribedFrom = clock.wallTimeMillis() - 1_000;
    for (int i = 0; i < 200; i++) {
      publish(Metric.gauge(CHANNEL, "a", (double) i, Tags.empty()));
      advanceClock(1_000);
    }

    List<String> messages = received.drain(reader);

    assertThat(messages.get(0)).startsWith("L ");
    assertThat(startMillis(messages.get(1))).isGreaterThanOrEqualTo(subscribedFrom);
  }

  private static long startMillis(String message) {
    Matcher matcher = Pattern.compile(" @(\\d+)").matcher(message);
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
