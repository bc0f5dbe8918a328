package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** History pages, compared with a list of all entries. */
class HistoryScannerTest {

  private static final Channel CHANNEL = new Channel("test.metrics");

  private static final long START = 1_700_000_000_000L;
  private static final Retention RETENTION =
      Retention.defaults().bytesPerChannel(64 << 20).maxTotalBytes(256 << 20);

  private final ChannelHistory history =
      new ChannelHistory(RETENTION, new MemoryBudget(RETENTION.maxTotalBytes()));
  private final HistoryScanner search =
      new HistoryScanner(
          history, Aggregators.builtIn(MetricsClock.system()), DerivedStatistics.of(List.of()));

  private record Entry(HistoryCursor key, String name, double value) {}

  private static HistoryQuery query(
      long from, long to, @Nullable Interval interval, int limit, @Nullable HistoryCursor after) {
    return new HistoryQuery(
        (name, tags) -> !name.equals("hidden"), from, to, interval, limit, after);
  }

  private List<Entry> readAll(long from, long to, @Nullable Interval interval, int limit) {
    List<Entry> entries = new ArrayList<>();
    HistoryCursor after = null;
    boolean more = true;
    while (more) {
      HistoryPage page = search.find(query(from, to, interval, limit, after), Long.MAX_VALUE / 2);
      assertThat(page.points()).hasSizeLessThanOrEqualTo(limit);
      page.points().forEach(each -> entries.add(new Entry(each.key(), each.name(), each.value())));
      more = page.more();
      if (more) {
        assertThat(page.points()).hasSize(limit);
        after = page.points().get(limit - 1).key();
      }
    }
    return entries;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void find_samplesInAnyOrder_pagesAreCompleteAndSorted(long seed) {
    Random random = new Random(seed);
    List<Entry> model = new ArrayList<>();
    long now = START;
    for (int sequence = 1; sequence <= 1_000; sequence++) {
      now += random.nextInt(20) == 0 ? random.nextInt(60_000) : random.nextInt(100);
      for (int index = 0; index < random.nextInt(5); index++) {
        String name = random.nextInt(5) == 0 ? "hidden" : "s" + random.nextInt(20);
        long time = now - (random.nextInt(10) == 0 ? random.nextInt(30_000) : 0);
        double value = random.nextInt(100);
        SeriesHistory series =
            history.series(new SeriesKey(CHANNEL, name, MetricType.GAUGE, Tags.empty()));
        history.add(series, sequence, index, time, now, value, null);
        if (!name.equals("hidden")) {
          model.add(new Entry(new HistoryCursor(time, sequence, 8L * index), name, value));
        }
      }
    }
    model.sort(Comparator.comparing(Entry::key));
    long from = START + random.nextInt((int) (now - START) / 2);
    long to = from + random.nextInt((int) (now - from) + 1_000);

    assertThat(readAll(from, to, null, 1 + random.nextInt(200)))
        .isEqualTo(
            model.stream()
                .filter(each -> each.key().timeMillis() >= from && each.key().timeMillis() < to)
                .toList());
  }

  @Test
  void begin_rangeOfCenturies_searchesRetainedTimesOnly() {
    for (int i = 0; i < 100; i++) {
      SeriesHistory series =
          history.series(new SeriesKey(CHANNEL, "s" + i % 10, MetricType.GAUGE, Tags.empty()));
      history.add(series, i, 0, START + 1_000L * i, START + 1_000L * i, i, null);
    }
    long yearZero = -62_167_219_200_000L;
    for (Interval interval : Interval.values()) {
      HistoryScanner.Scan before =
          search.begin(query(yearZero, START - 86_400_000, interval, 1, null), START);
      before.advance(10);
      assertThat(before.isComplete()).as("%s before the history", interval).isTrue();
    }
    assertThat(slices(query(yearZero, START * 3, null, 10_000, null))).isLessThan(20);
    assertThat(slices(query(yearZero, START * 3, Interval.ONE_SECOND, 10_000, null)))
        .isLessThan(20);
  }

  private int slices(HistoryQuery query) {
    HistoryScanner.Scan scan = search.begin(query, START * 2);
    int slices = 0;
    while (!scan.isComplete()) {
      scan.advance(10);
      slices++;
    }
    assertThat(scan.page().points()).hasSize(100);
    return slices;
  }

  @Test
  void find_windows_returnsClosedOnesOnly() {
    SeriesHistory series =
        history.series(new SeriesKey(CHANNEL, "a", MetricType.COUNTER, Tags.empty()));
    long start = Interval.ONE_MINUTE.windowStart(START);
    for (int second = 0; second < 60; second++) {
      history.add(
          series, second, 0, start + 1_000L * second, start + 1_000L * second, second, null);
    }
    HistoryPage page =
        search.find(
            query(start + 12_000, start + 60_000, Interval.FIVE_SECONDS, 100, null),
            start + 48_000);

    assertThat(page.interval()).isEqualTo(Interval.FIVE_SECONDS);
    assertThat(page.points())
        .extracting(each -> each.key().timeMillis() - start)
        .containsExactly(10_000L, 15_000L, 20_000L, 25_000L, 30_000L, 35_000L, 40_000L);
    Aggregate first = Objects.requireNonNull(page.points().get(0).aggregate());
    first.forEachField(
        5_000, (name, number) -> assertThat(number).isEqualTo(name.equals("delta") ? 5 : 1));
  }

  @Test
  void find_withoutInterval_readsFinestTierThatCoversRange() {
    SeriesHistory series =
        history.series(new SeriesKey(CHANNEL, "a", MetricType.GAUGE, Tags.empty()));
    long hours = 3;
    for (int second = 0; second < hours * 3_600; second++) {
      long time = START + 1_000L * second;
      history.add(series, second, 0, time, time, second, null);
      if (second % 60 == 0) {
        Aggregate aggregate = BuiltInAggregator.GAUGES.create();
        aggregate.add(second, 0);
        long window = Interval.ONE_MINUTE.windowStart(time);
        history.add(series, RetentionTier.SHORT, window, aggregate.pack(), second);
      }
    }
    long now = START + Duration.ofHours(hours).toMillis();
    history.evictExpired(now);

    assertThat(search.find(query(now - 600_000, now, null, 10, null), now).interval()).isNull();
    HistoryPage old = search.find(query(START, now, null, 10, null), now);
    assertThat(old.interval()).isEqualTo(Interval.ONE_MINUTE);
    assertThat(old.fromMillis()).isEqualTo(Interval.ONE_MINUTE.windowStart(START));
    // If the start of the range was evicted, the page reports the time from which it is complete.
    HistoryPage evicted = search.find(query(START, now, Interval.ONE_SECOND, 10, null), now);
    assertThat(evicted.fromMillis()).isGreaterThan(now - 3_700_000);
  }

  @Test
  void find_partlyEvictedWindow_isLeftOut() {
    SeriesHistory series =
        history.series(new SeriesKey(CHANNEL, "a", MetricType.GAUGE, Tags.empty()));
    history.markStart(RetentionTier.RAW, START + 3_000, 3);
    for (int second = 3; second < 20; second++) {
      long time = START + 1_000L * second;
      history.add(series, second, 0, time, time, second, null);
    }
    HistoryPage page =
        search.find(query(START, START + 15_000, Interval.FIVE_SECONDS, 10, null), START + 20_000);

    assertThat(page.fromMillis()).isEqualTo(START + 5_000);
    assertThat(page.points())
        .extracting(each -> Objects.requireNonNull(each.aggregate()).count())
        .containsExactly(5L, 5L);
  }

  @Test
  void find_hugeRange_terminatesQuickly() {
    SeriesHistory series =
        history.series(new SeriesKey(CHANNEL, "a", MetricType.GAUGE, Tags.empty()));
    history.add(series, 1, 0, START, START, 7, null);

    assertThat(readAll(-62_167_219_200_000L, 253_402_300_799_999L, null, 10))
        .extracting(Entry::value)
        .containsExactly(7.0);
    assertThat(readAll(-62_167_219_200_000L, 253_402_300_799_999L, Interval.ONE_SECOND, 10))
        .extracting(Entry::value)
        .containsExactly(7.0);
  }
}
