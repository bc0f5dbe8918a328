package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.CounterModel;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests counters in windows, live and from history. */
class CounterWindowsTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L; // a multiple of 5 s, and of 100 s

  /** The numbers of a window's message. */
  private record Window(long start, double value, long count, double delta, double rate) {

    private static final Pattern MESSAGE =
        Pattern.compile("M \\S+=(\\S+) n=(\\d+) @(\\d+)\\S* delta(\\S+) rate(\\S+).*");

    static Window of(String message) {
      Matcher matcher = MESSAGE.matcher(message);
      assertThat(matcher.matches()).as(message).isTrue();
      return new Window(
          Long.parseLong(matcher.group(3)),
          Double.parseDouble(matcher.group(1)),
          Long.parseLong(matcher.group(2)),
          Double.parseDouble(matcher.group(4)),
          Double.parseDouble(matcher.group(5)));
    }
  }

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final LocalBroker broker = new LocalBroker(clock);
  private ChannelRegistry streams = registry(Retention.defaults());
  private ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ReceivedMessages received = new ReceivedMessages();
  private long offset;

  private ChannelRegistry registry(Retention retention) {
    return new ChannelRegistry(
        new ChannelLimits(1024 * 1024, 1000), clock, Aggregators.builtIn(clock), retention, broker);
  }

  private void withoutHistory() {
    streams = registry(Retention.NONE);
    stream = TestStreams.open(streams, CHANNEL);
  }

  private FeedReader open(
      Interval interval, @Nullable List<String> groupBy, StartPosition position) {
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
        position,
        null);
  }

  private FeedReader open(Interval interval) {
    return open(interval, null, StartPosition.NOW);
  }

  private FeedReader openGrouped(Interval interval) {
    return open(interval, List.of(), StartPosition.NOW);
  }

  private List<Window> windows(FeedReader reader) {
    return received.drain(reader).stream().map(Window::of).toList();
  }

  private static double sumOfDeltas(List<Window> windows) {
    return windows.stream().mapToDouble(Window::delta).sum();
  }

  private List<HistoryPoint> history(Interval interval) {
    HistoryPage page =
        stream.find(
            new HistoryQuery(
                (name, tags) -> true, 0, Long.MAX_VALUE, interval, HistoryQuery.MAX_LIMIT, null));
    return Objects.requireNonNull(page).points();
  }

  private List<Window> historyWindows(Interval interval) {
    List<Window> windows = new ArrayList<>();
    for (HistoryPoint point : history(interval)) {
      double[] details = new double[2];
      Objects.requireNonNull(point.aggregate())
          .forEachField(
              interval.millis(), (name, number) -> details[name.equals("delta") ? 0 : 1] = number);
      windows.add(
          new Window(
              point.key().timeMillis(),
              point.value(),
              point.aggregate().count(),
              details[0],
              details[1]));
    }
    return windows;
  }

  private static Metric counter(double total, String... tags) {
    return Metric.counter(CHANNEL, "n", total, Tags.of(tags));
  }

  private synchronized void publish(Metric... metrics) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> stamped =
        List.of(metrics).stream()
            .map(m -> m.timestamp() == null ? m.withTimestamp(now) : m)
            .toList();
    stream.accept(new Publication(CHANNEL, "e", ++offset, clock.wallTimeMillis(), stamped));
  }

  private void publishAt(long millis, Metric... metrics) {
    advanceTo(millis);
    publish(metrics);
  }

  private static Metric stamped(Metric metric, long millis) {
    return metric.withTimestamp(Instant.ofEpochMilli(START + millis));
  }

  private void advanceTo(long millis) {
    long step = START + millis - clock.wallTimeMillis();
    if (step < 0) {
      clock.stepWallTime(Duration.ofMillis(step));
    } else {
      clock.advance(Duration.ofMillis(step));
    }
    streams.tick();
  }

  @Test
  void delta_sampleArrivesOutOfOrder_isGrowth() {
    FeedReader reader = open(Interval.ONE_SECOND);
    publishAt(100, counter(1e9));
    publishAt(500, counter(1e9 + 10));
    publishAt(550, stamped(counter(1e9 + 5), 400));
    publishAt(700, counter(1e9 + 12));
    advanceTo(2_000);
    Window window = windows(reader).get(0);
    assertThat(window.delta()).isEqualTo(12);
    assertThat(window.count()).isEqualTo(4);
    assertThat(window.value()).isEqualTo(1e9 + 12);
    assertThat(window.rate()).isEqualTo(20);
    assertThat(historyWindows(Interval.ONE_SECOND)).containsExactly(window);
  }

  @Test
  void delta_concurrentPublishers_sumIsGrowth() throws InterruptedException {
    FeedReader reader = open(Interval.ONE_SECOND);
    advanceTo(500);
    AtomicLong total = new AtomicLong(1_000_000);
    publish(counter(1_000_000));
    ExecutorService publishers = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4; i++) {
      publishers.execute(
          () -> {
            for (int n = 0; n < 2_000; n++) {
              long next = total.incrementAndGet();
              if (next % 20 == 0) {
                clock.advance(Duration.ofMillis(7));
              }
              publish(counter((double) next));
            }
          });
    }
    publishers.shutdown();
    assertThat(publishers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    advanceTo(10_000);
    List<Window> windows = windows(reader);
    assertThat(sumOfDeltas(windows)).isEqualTo(8_000);
    assertThat(windows.stream().mapToLong(Window::count).sum()).isEqualTo(8_001);
    assertThat(windows).allSatisfy(window -> assertThat(window.delta()).isLessThan(8_000));
    assertThat(historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  /** The first sample that arrives is not always that of the lowest total. */
  @Test
  void delta_concurrentFirstSamples_sumIsGrowth() {
    FeedReader reader = open(Interval.ONE_MINUTE);
    publishAt(100, counter(1_003));
    publish(counter(1_001), counter(1_004), counter(1_002));
    publishAt(300, stamped(counter(1_000), 90), counter(1_005));
    advanceTo(61_000);
    assertThat(windows(reader).get(0).delta()).isEqualTo(5);
  }

  @Test
  void delta_fallToLessThanHalf_isRestart() {
    FeedReader reader = open(Interval.ONE_SECOND);
    publishAt(100, counter(1_000));
    publishAt(1_100, counter(40));
    publishAt(2_100, counter(50));
    publishAt(2_200, stamped(counter(1_010), 900)); // of the run before
    publishAt(2_300, counter(60));
    advanceTo(4_000);
    assertThat(windows(reader).stream().map(Window::delta)).containsExactly(0.0, 40.0, 20.0);
  }

  @Test
  void delta_smallFallThatStays_isRestartAfterTenSeconds() {
    FeedReader reader = open(Interval.ONE_SECOND);
    publishAt(100, counter(1_000));
    for (int second = 1; second <= 12; second++) {
      publishAt(second * 1_000L + 100, counter(800 + second));
    }
    advanceTo(14_000);
    List<Window> windows = windows(reader);
    assertThat(windows.subList(0, 11)).allSatisfy(w -> assertThat(w.delta()).isZero());
    assertThat(windows.get(11).delta()).as("growth since the fall").isEqualTo(10);
    assertThat(windows.get(11).value()).isEqualTo(811);
    assertThat(windows.get(12).delta()).isEqualTo(1);
    assertThat(windows.get(12).rate()).isEqualTo(1);
    assertThat(historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  @Test
  void delta_laterStart_isRestartWhateverTheTotals() {
    FeedReader reader = open(Interval.ONE_SECOND);
    Instant first = Instant.ofEpochMilli(START - 1_000);
    Instant second = Instant.ofEpochMilli(START + 1_000);
    publishAt(100, counter(100).startedAt(first));
    publishAt(1_100, counter(130).startedAt(second));
    publishAt(1_200, counter(20).startedAt(second)); // overtaken by a concurrent publisher
    publishAt(2_100, counter(140).startedAt(second));
    advanceTo(4_000);
    List<Window> windows = windows(reader);
    assertThat(windows.stream().map(Window::delta)).containsExactly(100.0, 130.0, 10.0);
    assertThat(windows.get(0).rate()).as("since the start").isCloseTo(100 / 1.1, within(1e-9));
    assertThat(historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  @Test
  void delta_viewOpenedLaterWithoutHistory_doesNotCountTotalAgain() {
    withoutHistory();
    Instant start = Instant.ofEpochMilli(START - 1_000);
    publishAt(100, counter(1_000).startedAt(start));
    advanceTo(5_000);
    FeedReader reader = open(Interval.ONE_SECOND);
    publishAt(6_100, counter(1_060).startedAt(start));
    advanceTo(8_000);
    assertThat(windows(reader)).containsExactly(new Window(START + 6_000, 1_060, 1, 60, 10));
  }

  @Test
  void rate_slowOrSilentCounter_dividesByCoveredTime() {
    FeedReader reader = open(Interval.ONE_SECOND);
    double total = 0;
    long millis = 900; // a phase near the edge of the window
    for (int i = 0; i < 6; i++) {
      publishAt(millis, counter(total));
      long step = 5_000L + (i % 2 == 0 ? 150 : -150);
      millis += step;
      total += step / 10.0;
    }
    millis += 60_000;
    total += 6_000;
    publishAt(millis, counter(total));
    advanceTo(millis + 2_000);
    List<Window> windows = windows(reader);
    assertThat(windows.get(0).rate()).as("first of its series").isZero();
    assertThat(windows.subList(1, windows.size()))
        .hasSize(6)
        .allSatisfy(window -> assertThat(window.rate()).isCloseTo(100, within(1e-9)));
    assertThat(historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  @Test
  void rate_grouped_isSumOfRates() {
    FeedReader reader = openGrouped(Interval.ONE_SECOND);
    for (int i = 0; i <= 100; i++) {
      advanceTo(i * 100L);
      if (i % 50 == 0) {
        publish(counter(i * 10.0, "host", "slow")); // 100/s, every 5 s
      }
      publish(counter(i * 1.0, "host", "quick")); // 10/s
    }
    advanceTo(12_000);
    List<Window> windows = windows(reader);
    assertThat(windows.get(4).rate()).isCloseTo(10, within(1e-9));
    assertThat(windows.get(5).rate()).isCloseTo(110, within(1e-9));
  }

  @Test
  void value_groupedSeriesNotSampled_includesItsTotal() {
    FeedReader reader = openGrouped(Interval.ONE_SECOND);
    for (int k = 0; k < 10; k++) {
      advanceTo(k * 500L + 10);
      publish(counter(1_000 + k, "host", "a"));
      if (k % 4 == 0) {
        publish(counter(5_000 + k, "host", "b"));
      }
    }
    advanceTo(7_000);
    List<Window> windows = windows(reader);
    assertThat(windows.stream().map(Window::value))
        .containsExactly(6_001.0, 6_003.0, 6_009.0, 6_011.0, 6_017.0);
    assertThat(windows.stream().map(Window::delta)).containsExactly(1.0, 2.0, 6.0, 2.0, 6.0);
  }

  @Test
  void value_groupedSeriesSilentForTenMinutes_leavesOutItsTotal() {
    FeedReader reader = openGrouped(Interval.ONE_MINUTE);
    publishAt(100, counter(1_000, "host", "b"));
    for (int minute = 1; minute <= 11; minute++) {
      publishAt(minute * 60_000L + 100, counter(minute, "host", "a"));
    }
    advanceTo(740_000);
    List<Window> windows = windows(reader);
    assertThat(windows.get(10).value()).isEqualTo(1_010);
    assertThat(windows.get(11).value()).isEqualTo(11);
  }

  @Test
  void value_groupedAndResumed_equalsLive() {
    FeedReader live = openGrouped(Interval.ONE_SECOND);
    publishAt(100, counter(5_000, "host", "b"));
    for (int second = 1; second < 20; second++) {
      publishAt(second * 1_000L + 100, counter(second, "host", "a"));
    }
    advanceTo(21_000);
    FeedReader resumed =
        open(
            Interval.ONE_SECOND,
            List.of(),
            StartPosition.from(Instant.ofEpochMilli(START + 5_000)));
    List<Window> expected = windows(live);
    assertThat(expected).hasSize(20);
    assertThat(expected.get(19).value()).isEqualTo(5_019);
    List<String> replayed = received.drain(resumed);
    assertThat(replayed.stream().map(Window::of).toList()).isEqualTo(expected.subList(5, 20));
  }

  @Test
  void value_latestOfNewGrouping_includesSilentSeries() {
    FeedReader ungrouped = open(Interval.ONE_SECOND);
    publishAt(100, counter(5_000, "host", "b"));
    publishAt(3_100, counter(3, "host", "a"));
    advanceTo(5_000);
    assertThat(windows(ungrouped)).hasSize(2);
    FeedReader grouped = open(Interval.ONE_SECOND, List.of(), StartPosition.LATEST);
    assertThat(windows(grouped)).containsExactly(new Window(START + 3_000, 5_003, 1, 0, 0));
    publishAt(5_100, counter(5, "host", "a"));
    advanceTo(7_000);
    assertThat(windows(grouped)).containsExactly(new Window(START + 5_000, 5_005, 1, 2, 1));
  }

  @Test
  void delta_clockStepsBackAtStartOfWindow_isGrowth() {
    FeedReader reader = open(Interval.ONE_SECOND);
    double total = 1e9;
    for (int i = 0; i < 40; i++) {
      total += 3;
      publishAt(i * 250L - (i > 20 ? 3_000 : 0), counter(total));
    }
    for (int k = 0; k < 10; k++) {
      advanceTo(7_000 + k * 1_000L);
    }
    List<Window> windows = windows(reader);
    assertThat(sumOfDeltas(windows)).isEqualTo(39 * 3);
    assertThat(windows.get(5).start()).isEqualTo(START + 5_000);
    assertThat(windows.get(5).delta()).isEqualTo(12);
    assertThat(historyWindows(Interval.ONE_SECOND)).isEqualTo(windows);
  }

  @Test
  void windows_clockSetBackThirtySeconds_areOneInHistory() {
    FeedReader reader = open(Interval.ONE_SECOND);
    List<Window> live = new ArrayList<>();
    double total = 1e9;
    for (int second = 0; second < 60; second++) {
      total += 5;
      live.addAll(windows(reader));
      publishAt(second * 1_000L + 500 - (second < 40 ? 0 : 30_000), counter(total));
    }
    live.addAll(windows(reader));
    advanceTo(45_000);
    live.addAll(windows(reader));
    assertThat(live.stream().map(Window::start)).hasSize(60).contains(START + 20_000);
    assertThat(sumOfDeltas(live)).isEqualTo(59 * 5);
    List<Window> stored = historyWindows(Interval.ONE_SECOND);
    assertThat(stored.stream().map(Window::start)).hasSize(40).doesNotHaveDuplicates();
    assertThat(sumOfDeltas(stored)).isEqualTo(59 * 5);
    assertThat(stored.get(20).count()).isEqualTo(2);
  }

  @Test
  void latest_olderSampleArrivesLast_keepsLatestByTime() {
    publishAt(100, counter(10));
    publishAt(200, stamped(counter(7), -3_600_000));
    assertThat(latest()).containsExactly("M n{}=10");
    publishAt(300, stamped(counter(99), 3_600_000)); // a clock that is an hour fast
    publishAt(1_300, counter(12));
    assertThat(latest()).containsExactly("M n{}=12");
    publishAt(-7_200_000, counter(13)); // the clock of the hub is set back
    assertThat(latest()).containsExactly("M n{}=13");
    advanceTo(-7_200_000 + 70_000);
    publish(stamped(counter(14), -9_000_000)); // the clock of the source is set back
    assertThat(latest()).containsExactly("M n{}=14");
  }

  private List<String> latest() {
    FeedReader reader =
        stream.open(
            Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, StartPosition.LATEST, null);
    List<String> messages = received.drain(reader);
    reader.close();
    return messages;
  }

  /** Compares live windows and those of history with the model. */
  @ParameterizedTest
  @ValueSource(ints = {0, 100, 200, 300})
  void windows_randomPublications_equalModelLiveAndInHistory(int firstSeed) {
    for (int seed = firstSeed; seed < firstSeed + 25; seed++) {
      Random random = new Random(seed);
      clock.advance(Duration.ofMinutes(90)); // so that seeds do not meet in history
      streams = registry(Retention.defaults());
      stream = TestStreams.open(streams, CHANNEL);
      FeedReader seconds = open(Interval.ONE_SECOND);
      FeedReader minutes = open(Interval.ONE_MINUTE);
      SortedMap<Long, List<CounterModel.Sample>> bySecond = new TreeMap<>();
      SortedMap<Long, List<CounterModel.Sample>> byMinute = new TreeMap<>();
      List<Window> liveSeconds = new ArrayList<>();
      List<Window> liveMinutes = new ArrayList<>();
      double total = random.nextInt(100_000);
      for (int i = 0; i < 300; i++) {
        clock.advance(Duration.ofMillis(random.nextInt(random.nextInt(5) == 0 ? 5_000 : 200)));
        if (random.nextBoolean()) {
          streams.tick();
        }
        total = random.nextInt(60) == 0 ? random.nextInt(10) : total + random.nextInt(50);
        long now = clock.wallTimeMillis();
        long skew = random.nextInt(20) == 0 ? random.nextInt(8_000) - 4_000 : -random.nextInt(250);
        double value = Math.max(0, total - random.nextInt(20));
        publish(counter(value).withTimestamp(Instant.ofEpochMilli(now + skew)));
        liveSeconds.addAll(windows(seconds));
        liveMinutes.addAll(windows(minutes));
        long windowMillis = Math.max(now - 200, Math.min(now, now + skew));
        CounterModel.Sample sample =
            new CounterModel.Sample(value, Math.min(now + skew, now), null);
        bySecond
            .computeIfAbsent(windowMillis / 1_000 * 1_000, start -> new ArrayList<>())
            .add(sample);
        byMinute
            .computeIfAbsent(windowMillis / 60_000 * 60_000, start -> new ArrayList<>())
            .add(sample);
      }
      clock.advance(Duration.ofMinutes(2));
      streams.tick();
      liveSeconds.addAll(windows(seconds));
      liveMinutes.addAll(windows(minutes));
      requireEqual(liveSeconds, expected(bySecond, 1_000), "seconds of seed " + seed);
      requireEqual(liveMinutes, expected(byMinute, 60_000), "minutes of seed " + seed);
      requireEqual(
          historyWindows(Interval.ONE_SECOND), expected(bySecond, 1_000), "history " + seed);
      requireEqual(
          historyWindows(Interval.ONE_MINUTE), expected(byMinute, 60_000), "stored " + seed);
    }
  }

  private static List<Window> expected(
      SortedMap<Long, List<CounterModel.Sample>> windows, long windowMillis) {
    CounterModel model = new CounterModel();
    List<Window> expected = new ArrayList<>();
    windows.forEach(
        (start, samples) -> {
          CounterModel.Result result = model.window(samples);
          expected.add(
              new Window(
                  start,
                  result.value(),
                  samples.size(),
                  result.delta(),
                  result.rate(windowMillis)));
        });
    return expected;
  }

  private static void requireEqual(List<Window> actual, List<Window> expected, String description) {
    assertThat(actual).as(description).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      Window window = actual.get(i);
      Window model = expected.get(i);
      assertThat(window.start()).as(description).isEqualTo(model.start());
      assertThat(window.count()).as(description).isEqualTo(model.count());
      assertThat(window.value()).as(description + " " + i).isEqualTo(model.value());
      assertThat(window.delta()).as(description + " " + i).isEqualTo(model.delta());
      assertThat(window.rate())
          .as(description + " " + i)
          .isCloseTo(model.rate(), within(1e-9 * Math.max(1, model.rate())));
    }
  }
}
