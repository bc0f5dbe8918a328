package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.HistoryScanner;
import io.greenlang.metrics.internal.history.MemoryBudget;
import io.greenlang.metrics.internal.history.SeriesHistory;
import io.greenlang.metrics.internal.history.SeriesReader;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Benchmark of reading one hour of a channel's history page by page: 1,000 series, half of them
 * gauges and half counters, with one sample per second each, in pages of 10,000. It prints the CPU
 * seconds of all samples, of all 1-second windows, of the same windows as a replay reads them, and
 * of an empty page over a range of 2,000 years. It calls only what an earlier build has too, so
 * that both can be measured in one run.
 */
public final class HistoryPages {

  private static final int SERIES = 1_000;
  private static final int SECONDS = 3_600;
  private static final long START_MILLIS = 1_700_000_000_000L;
  private static final long END_MILLIS = START_MILLIS + 1_000L * SECONDS;
  private static final long REPLAY_MILLIS = 4_000;
  private static final long YEAR_0_MILLIS = -62_167_219_200_000L;

  private final HistoryScanner scanner;

  private HistoryPages(HistoryScanner scanner) {
    this.scanner = scanner;
  }

  /** Measures the kinds of pages in turn. */
  public static void main(String[] args) {
    Retention retention = Retention.defaults().bytesPerChannel(1L << 28).maxTotalBytes(1L << 28);
    ChannelHistory history =
        new ChannelHistory(retention, new MemoryBudget(retention.maxTotalBytes()));
    fill(history);
    HistoryScanner scanner =
        new HistoryScanner(
            history, Aggregators.builtIn(MetricsClock.system()), DerivedStatistics.of(List.of()));
    HistoryPages pages = new HistoryPages(scanner);
    print("samples", () -> pages.readAll(null));
    print("windows-1s", () -> pages.readAll(Interval.ONE_SECOND));
    print("windows-5s", () -> pages.readAll(Interval.FIVE_SECONDS));
    print("replay-1s", () -> replay(history));
    print("empty-page", pages::readEmpty);
  }

  private static void print(String name, LongSupplier measured) {
    long startNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long points = measured.getAsLong();
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - startNanos;
    System.out.printf(Locale.ROOT, "%-12s %9.3f s %9d entries%n", name, nanos / 1e9, points);
  }

  private long readAll(@Nullable Interval interval) {
    long points = 0;
    HistoryCursor after = null;
    boolean more = true;
    while (more) {
      HistoryPage page = page(START_MILLIS, END_MILLIS, interval, HistoryQuery.MAX_LIMIT, after);
      points += page.points().size();
      more = page.more();
      if (more) {
        after = page.points().get(page.points().size() - 1).key();
      }
    }
    return points;
  }

  /** Reads 1-second windows as a replay does: a few of all series at once, by one snapshot. */
  private static long replay(ChannelHistory history) {
    SeriesReader reader = new SeriesReader(Aggregators.builtIn(MetricsClock.system()));
    List<SeriesSnapshot> snapshots = history.select(key -> true);
    long windows = 0;
    for (long from = START_MILLIS; from < END_MILLIS; from += REPLAY_MILLIS) {
      for (SeriesSnapshot series : snapshots) {
        windows += reader.windows(series, Interval.ONE_SECOND, from, from + REPLAY_MILLIS).size();
      }
    }
    return windows;
  }

  private long readEmpty() {
    return page(YEAR_0_MILLIS, START_MILLIS - 1_000, Interval.ONE_SECOND, 1, null).points().size();
  }

  private HistoryPage page(
      long from, long to, @Nullable Interval interval, int limit, @Nullable HistoryCursor after) {
    HistoryQuery query = new HistoryQuery((name, tags) -> true, from, to, interval, limit, after);
    return scanner.find(query, END_MILLIS);
  }

  private static void fill(ChannelHistory history) {
    List<SeriesHistory> series = new ArrayList<>();
    for (int i = 0; i < SERIES; i++) {
      MetricType type = i % 2 == 0 ? MetricType.GAUGE : MetricType.COUNTER;
      Tags tags = Tags.of("host", "host-" + i);
      series.add(history.series(new SeriesKey(Channel.SYSTEM, "requests", type, tags)));
    }
    Random random = new Random(1);
    double[] totals = new double[SERIES];
    for (int second = 0; second < SECONDS; second++) {
      long time = START_MILLIS + 1_000L * second + random.nextInt(4);
      for (int i = 0; i < SERIES; i++) {
        totals[i] += random.nextInt(2_000);
        history.add(series.get(i), second + 1, i, time, time, totals[i], null);
      }
    }
  }
}
