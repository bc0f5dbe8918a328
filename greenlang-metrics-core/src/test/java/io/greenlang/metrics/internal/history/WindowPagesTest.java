package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages of windows that are recomputed from samples. They are compared, to the last bit, with those
 * of a history without a cache. Their numbers are compared with those of one fold of all samples in
 * the order of arrival, which are the numbers of live windows.
 */
class WindowPagesTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;
  private static final int SERIES = 6;
  private static final long AMPLE_BYTES = 256 << 20;
  private static final int NO_CACHE = 0;
  private static final int TINY_CACHE = 30_000;
  private static final MetricType[] TYPES = {
    MetricType.COUNTER, MetricType.COUNTER, MetricType.GAUGE, MetricType.HISTOGRAM
  };

  private final Aggregators aggregators = Aggregators.builtIn(MetricsClock.system());

  /** The histories of the same samples, which differ in their caches only. */
  private final List<ChannelHistory> histories = new ArrayList<>();

  private final List<MemoryBudget> budgets = new ArrayList<>();
  private final Map<Integer, Double> totals = new HashMap<>();
  private final Map<Integer, Long> starts = new HashMap<>();
  private Random random = new Random(0);
  private long publicationId;
  private long now = START;

  private void create(long seed, long bytes, long... cacheBytes) {
    random = new Random(seed);
    for (long each : cacheBytes) {
      MemoryBudget budget = new MemoryBudget(AMPLE_BYTES, each);
      budgets.add(budget);
      histories.add(
          new ChannelHistory(
              Retention.defaults().bytesPerChannel(bytes).maxTotalBytes(AMPLE_BYTES), budget));
    }
  }

  private static SeriesKey key(int number) {
    return new SeriesKey(CHANNEL, "s" + number, TYPES[number % TYPES.length], Tags.empty());
  }

  /** Publishes at random: late samples, wrong and reset clocks, dips and restarts of counters. */
  private void publish(int count, boolean clockIsReset) {
    for (int i = 0; i < count; i++) {
      now += random.nextInt(60) == 0 ? random.nextInt(20_000) : random.nextInt(250);
      if (clockIsReset && random.nextInt(1_500) == 0) {
        now -= 10_000 + random.nextInt(60_000);
      }
      publicationId++;
      for (int index = 0; index < 1 + random.nextInt(SERIES); index++) {
        add(index, random.nextInt(SERIES));
      }
    }
  }

  private void add(int index, int number) {
    long time =
        now
            - switch (random.nextInt(20)) {
              case 0 -> random.nextInt(10_000);
              case 1 -> -random.nextInt(1_000);
              default -> random.nextInt(180);
            };
    MetricType type = key(number).type();
    double value =
        type.equals(MetricType.COUNTER) ? total(number) : random.nextInt(1_000_000) / 7.0;
    SampleDetail detail = null;
    if (type.equals(MetricType.HISTOGRAM) && random.nextBoolean()) {
      detail = Distribution.of(value, 3, -value);
    } else if (number == 1) {
      detail = new CounterStart(Instant.ofEpochMilli(starts.getOrDefault(number, START - 5)));
    }
    for (ChannelHistory each : histories) {
      each.add(
          each.series(key(number)),
          publicationId,
          index,
          time,
          StreamClock.foldTime(time, now),
          value,
          detail);
    }
  }

  private double total(int number) {
    if (random.nextInt(80) == 0) {
      totals.remove(number); // its source restarted
      starts.put(number, now);
    }
    double total = totals.merge(number, random.nextInt(1_000) / 7.0, Double::sum);
    return random.nextInt(40) == 0 ? total * random.nextDouble() : total;
  }

  /** A reader of one range, page by page. */
  private final class Reader {
    final long from;
    final long to;
    final Interval interval;
    private final int maxLimit;
    final List<ComparableWindow> entries = new ArrayList<>();
    private @Nullable HistoryCursor after;
    boolean more = true;

    Reader(long from, long to, Interval interval, int maxLimit) {
      this.from = from;
      this.to = to;
      this.interval = interval;
      this.maxLimit = maxLimit;
    }

    /** Reads the next page of all histories. */
    void read() {
      HistoryQuery query =
          new HistoryQuery(
              (name, tags) -> true, from, to, interval, 1 + random.nextInt(maxLimit), after);
      List<HistoryScanner.Scan> scans = new ArrayList<>();
      histories.forEach(
          each ->
              scans.add(
                  new HistoryScanner(each, aggregators, DerivedStatistics.of(List.of()))
                      .begin(query, to)));
      List<List<ComparableWindow>> pages = new ArrayList<>();
      for (HistoryScanner.Scan scan : scans) {
        scan.advance(Integer.MAX_VALUE);
        pages.add(entries(scan.page()));
        more = scan.page().more();
      }
      for (List<ComparableWindow> page : pages) {
        assertThat(page).as("%s pages after %s", interval, after).isEqualTo(pages.get(0));
      }
      entries.addAll(pages.get(0));
      after = entries.isEmpty() ? null : entries.get(entries.size() - 1).key();
    }

    List<ComparableWindow> received() {
      return entries.stream().map(ComparableWindow::received).toList();
    }

    private List<ComparableWindow> entries(HistoryPage page) {
      List<ComparableWindow> read = new ArrayList<>();
      for (HistoryPoint each : page.points()) {
        read.add(
            ComparableWindow.of(
                each.key(), each.name(), interval, Objects.requireNonNull(each.aggregate())));
      }
      return read;
    }
  }

  /** Returns the windows of one fold of all samples, as clients receive them. */
  private List<ComparableWindow> folded(long from, long to, Interval interval) {
    List<ComparableWindow> entries = new ArrayList<>();
    for (SeriesSnapshot series : histories.get(0).select(key -> true)) {
      Aggregator aggregator = Objects.requireNonNull(aggregators.find(series.key().type()));
      SampleRun run = new SampleRun(series.samples);
      WindowFolder folder =
          new WindowFolder(run, aggregator, interval, false, Long.MIN_VALUE, Long.MAX_VALUE);
      for (int chunk = 0; chunk < run.size(); chunk++) {
        for (int i = 0; i < run.decoded(chunk).count(); i++) {
          folder.add(chunk, i);
        }
      }
      for (Window each : WindowFolder.merge(folder.finish())) {
        if (each.startMillis() >= from && each.startMillis() < to) {
          HistoryCursor key = new HistoryCursor(each.startMillis(), series.id(), 0);
          entries.add(
              ComparableWindow.of(key, series.key().name(), interval, each.aggregate()).received());
        }
      }
    }
    entries.sort((a, b) -> a.key().compareTo(b.key()));
    return entries;
  }

  private Reader reader(int maxLimit) {
    Interval interval = random.nextBoolean() ? Interval.ONE_SECOND : Interval.FIVE_SECONDS;
    long length = now - START;
    long from = interval.windowStart(START + random.nextLong(length / 2));
    long to = interval.windowStart(from + 1_000 + random.nextLong(now - from));
    return new Reader(from, to, interval, maxLimit);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "4, true", "5, true", "6, true"})
  void pages_readersAlternate_equalUncachedPagesAndLiveWindows(long seed, boolean clockIsReset) {
    create(seed, AMPLE_BYTES, NO_CACHE, TINY_CACHE, AMPLE_BYTES);
    publish(4_000, clockIsReset);
    List<Reader> readers = List.of(reader(200), reader(40), reader(1_000), reader(100));
    now += 80_000; // the windows that are read are closed
    while (readers.stream().anyMatch(each -> each.more)) {
      Reader next = readers.get(random.nextInt(readers.size()));
      if (next.more) {
        next.read();
      }
      publish(random.nextInt(4), false);
      assertThat(budgets.get(1).readerCache().usedBytes()).isBetween(0L, (long) TINY_CACHE);
    }
    for (Reader each : readers) {
      assertThat(each.received())
          .as("seed %d: %s from %d to %d", seed, each.interval, each.from, each.to)
          .isEqualTo(folded(each.from, each.to, each.interval));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void pages_samplesEvictedAndLateBetweenPages_equalUncachedPages(long seed) {
    create(seed, 128 << 10, NO_CACHE, TINY_CACHE, AMPLE_BYTES);
    publish(4_000, true);
    List<Reader> readers = new ArrayList<>();
    for (int round = 0; round < 200; round++) {
      if (readers.size() < 3) {
        long from = Interval.FIVE_SECONDS.windowStart(now - random.nextInt(600_000));
        Interval interval = random.nextBoolean() ? Interval.ONE_SECOND : Interval.FIVE_SECONDS;
        readers.add(new Reader(from, from + random.nextInt(300_000) + 5_000, interval, 150));
      }
      readers.get(random.nextInt(readers.size())).read();
      readers.removeIf(each -> !each.more);
      publish(random.nextInt(40), true);
    }
    assertThat(histories.get(0).evicted()).isPositive();
    assertThat(histories.get(2).evicted()).isEqualTo(histories.get(0).evicted());
  }

  @Test
  void pages_manySamplesPerWindow_equalLiveWindows() {
    create(1, AMPLE_BYTES, NO_CACHE, AMPLE_BYTES);
    for (int i = 0; i < 300_000; i++) {
      now += i % 2;
      publicationId++;
      long time = now - random.nextInt(150);
      for (ChannelHistory each : histories) {
        each.add(each.series(key(0)), publicationId, 0, time, time, i, null);
      }
    }
    long to = Interval.FIVE_SECONDS.windowStart(now);
    Reader reader = new Reader(START, to, Interval.FIVE_SECONDS, 3);
    while (reader.more) {
      reader.read();
    }
    assertThat(reader.entries).hasSize(30);
    assertThat(reader.received()).isEqualTo(folded(START, to, Interval.FIVE_SECONDS));
    assertThat(budgets.get(1).readerCache().usedBytes()).isLessThan(20L << 20);
  }

  @Test
  void windows_firstChunkOfHistogramEvicted_countAllObservations() {
    create(1, AMPLE_BYTES, AMPLE_BYTES);
    ChannelHistory history = histories.get(0);
    for (int second = 0; second < 600; second++) {
      long time = START + 1_000L * second;
      history.add(history.series(key(3)), second, 0, time, time, 5, Distribution.of(4, 5, 6));
    }
    history.evictExpired(START + 3_600_000 + 300_000);
    long from = history.retainedFromMillis(RetentionTier.RAW);
    assertThat(from).isGreaterThan(START);

    List<Window> windows =
        new SeriesReader(aggregators)
            .windows(
                history.select(key -> true).get(0),
                Interval.ONE_SECOND,
                Interval.ONE_SECOND.windowStart(from),
                START + 600_000);

    assertThat(windows).hasSizeGreaterThan(300);
    assertThat(windows).allSatisfy(each -> assertThat(each.aggregate().count()).isEqualTo(3));
  }

  @Test
  void pages_chunksEvicted_releaseTheirStates() {
    create(1, AMPLE_BYTES, AMPLE_BYTES);
    publish(2_000, false);
    Reader reader = new Reader(START, now, Interval.ONE_SECOND, 100);
    while (reader.more) {
      reader.read();
    }
    MemoryBudget budget = budgets.get(0);
    assertThat(states()).isPositive();

    histories.get(0).evictExpired(now + 700_000); // seals the chunks
    histories.get(0).evictExpired(now + 10 * 3_600_000L);

    assertThat(histories.get(0).entries()).isZero();
    assertThat(budget.readerCache().usedBytes()).isZero();
  }

  private long states() {
    return histories.get(0).select(key -> true).stream()
        .flatMap(series -> series.samples.stream())
        .filter(chunk -> chunk.checkpoints() != null)
        .count();
  }
}
