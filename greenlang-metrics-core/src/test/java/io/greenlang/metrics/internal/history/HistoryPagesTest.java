package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * History pages while samples are published and evicted between the pages and between the steps of
 * a page, compared with a history that retains everything and caches nothing.
 */
class HistoryPagesTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;
  private static final int SERIES = 20;
  private static final long AMPLE_BYTES = 256 << 20;
  private static final long SMALL_BYTES = 256 << 10;

  private record Entry(HistoryCursor key, String name, double value, long count) {}

  /** Two histories of the same samples. */
  private static final class Histories {

    final MemoryBudget budget;
    final ChannelHistory history;
    final ChannelHistory complete = history(AMPLE_BYTES, new MemoryBudget(AMPLE_BYTES, 0));
    private final Random random;
    private long publicationId;
    long now = START;

    Histories(Random random, long cacheBytes) {
      this.random = random;
      this.budget = new MemoryBudget(AMPLE_BYTES, cacheBytes);
      this.history = history(SMALL_BYTES, budget);
      for (RetentionTier tier : RetentionTier.values()) {
        if (tier != RetentionTier.RAW) {
          // Otherwise a query without an interval reads this tier once samples were evicted.
          history.markStart(tier, Long.MAX_VALUE / 4, 0);
        }
      }
    }

    private static ChannelHistory history(long bytes, MemoryBudget budget) {
      return new ChannelHistory(
          Retention.defaults().bytesPerChannel(bytes).maxTotalBytes(AMPLE_BYTES), budget);
    }

    void publish(int count) {
      for (int i = 0; i < count; i++) {
        now += random.nextInt(30) == 0 ? random.nextInt(20_000) : random.nextInt(300);
        publicationId++;
        int metrics = 1 + random.nextInt(SERIES);
        for (int index = 0; index < metrics; index++) {
          add(index, random.nextInt(SERIES), random.nextDouble());
        }
      }
    }

    private void add(int index, int seriesNumber, double value) {
      SeriesKey key =
          new SeriesKey(
              CHANNEL,
              "s" + seriesNumber,
              seriesNumber % 2 == 0 ? MetricType.GAUGE : MetricType.COUNTER,
              Tags.empty());
      double total = seriesNumber % 2 == 0 ? value : publicationId;
      for (ChannelHistory each : List.of(history, complete)) {
        each.add(each.series(key), publicationId, index, now, now, total, null);
      }
    }
  }

  private static HistoryScanner scanner(ChannelHistory history) {
    return new HistoryScanner(
        history, Aggregators.builtIn(MetricsClock.system()), DerivedStatistics.of(List.of()));
  }

  private static HistoryQuery query(
      long from, long to, @Nullable Interval interval, int limit, @Nullable HistoryCursor after) {
    return new HistoryQuery((name, tags) -> true, from, to, interval, limit, after);
  }

  private static List<Entry> entries(List<HistoryPoint> points) {
    List<Entry> entries = new ArrayList<>();
    for (HistoryPoint each : points) {
      long count = each.aggregate() == null ? 1 : each.aggregate().count();
      entries.add(new Entry(each.key(), each.name(), each.value(), count));
    }
    return entries;
  }

  private static List<Entry> all(HistoryScanner scanner, long to, @Nullable Interval interval) {
    List<Entry> entries = new ArrayList<>();
    HistoryCursor after = null;
    boolean more = true;
    while (more) {
      HistoryPage page =
          scanner.find(query(START, to, interval, HistoryQuery.MAX_LIMIT, after), to);
      entries.addAll(entries(page.points()));
      after = entries.isEmpty() ? null : entries.get(entries.size() - 1).key();
      more = page.more();
    }
    return entries;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, ",
    "2, 20000, ",
    "3, 20000, ",
    "4, 100000000, ",
    "5, 100000000, ",
    "6, 0, ONE_SECOND",
    "7, 20000, ONE_SECOND",
    "8, 100000000, ONE_SECOND",
    "9, 20000, FIVE_SECONDS",
    "10, 100000000, FIVE_SECONDS"
  })
  void pages_publishedAndEvictedMeanwhile_equalWhole(
      long seed, long cacheBytes, @Nullable Interval interval) {
    Random random = new Random(seed);
    Histories histories = new Histories(random, cacheBytes);
    histories.publish(2_000);
    long to = Interval.FIVE_SECONDS.windowStart(histories.now);
    histories.publish(200);
    List<Entry> whole = all(scanner(histories.complete), to, interval);
    HistoryScanner scanner = scanner(histories.history);
    HistoryCursor after = null;
    boolean more = true;
    int pages = 0;
    while (more) {
      HistoryQuery query = query(START, to, interval, 1 + random.nextInt(150), after);
      HistoryScanner.Scan scan = scanner.begin(query, to);
      while (!scan.isComplete()) {
        scan.advance(1 + random.nextInt(3 * SERIES));
        histories.publish(random.nextInt(2));
        assertThat(histories.budget.readerCache().usedBytes()).isBetween(0L, cacheBytes);
      }
      HistoryPage page = scan.page();
      List<Entry> expected = expected(whole, page.fromMillis(), query);
      assertThat(entries(page.points())).isEqualTo(expected);
      more = page.more();
      after = expected.isEmpty() ? null : expected.get(expected.size() - 1).key();
      histories.publish(random.nextInt(10));
      pages++;
    }
    assertThat(pages).isGreaterThan(3);
    assertThat(histories.history.evicted()).isPositive();
  }

  private static List<Entry> expected(List<Entry> whole, long fromMillis, HistoryQuery query) {
    HistoryCursor after = query.after();
    return whole.stream()
        .filter(each -> each.key().timeMillis() >= fromMillis)
        .filter(each -> after == null || each.key().compareTo(after) > 0)
        .limit(query.limit())
        .toList();
  }

  @Test
  void decodedSamples_chunksEvicted_areReleased() {
    Histories histories = new Histories(new Random(1), AMPLE_BYTES);
    histories.publish(500);
    all(scanner(histories.history), histories.now, null);
    assertThat(histories.budget.readerCache().usedBytes()).isPositive();

    histories.history.evictExpired(histories.now + 700_000); // seals the chunks
    histories.history.evictExpired(histories.now + 10 * 3_600_000L);

    assertThat(histories.history.entries()).isZero();
    assertThat(histories.budget.readerCache().usedBytes()).isZero();
  }

  @Test
  void begin_emptyRangeOfTwoThousandYears_visitsEachSeriesOnce() {
    Histories histories = new Histories(new Random(1), AMPLE_BYTES);
    histories.publish(2_000);
    HistoryQuery query = query(-62_167_219_200_000L, START - 1_000, Interval.ONE_SECOND, 1, null);
    HistoryScanner.Scan scan = scanner(histories.history).begin(query, histories.now);

    scan.advance(SERIES);

    assertThat(scan.isComplete()).isTrue();
    assertThat(scan.page().points()).isEmpty();
    assertThat(histories.budget.readerCache().usedBytes()).isZero();
  }
}
