package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.FaultyAggregator;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The folds behind pages of windows: their number, and a failure of the aggregator. */
class WindowFoldingTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;
  private static final long AMPLE_BYTES = 256 << 20;

  @Test
  void pages_counterOfAnHour_foldEachSampleFewTimes() {
    FaultyAggregator aggregator = new FaultyAggregator();
    HistoryScanner scanner = faultyScanner(aggregator);
    Map<String, Integer> calls = new HashMap<>();
    aggregator.beforeEachCall(call -> calls.merge(call, 1, Integer::sum));

    assertThat(readByTens(scanner)).hasSize(3_600);

    assertThat(calls.get("add")).isLessThan(6 * 3_600);
  }

  @Test
  void pages_aggregatorFailsOnce_laterPagesEqualThoseOfNoFailure() {
    FaultyAggregator aggregator = new FaultyAggregator();
    HistoryScanner scanner = faultyScanner(aggregator);
    List<Double> expected = readByTens(scanner);
    HistoryScanner failing = faultyScanner(aggregator);
    int[] calls = {0};
    aggregator.beforeEachCall(
        call -> {
          if (calls[0]++ == 1_000) {
            throw new IllegalStateException("a failure of the test");
          }
        });

    assertThat(readByTens(failing)).hasSizeBetween(3_590, 3_600);

    assertThat(readByTens(failing)).isEqualTo(expected);
  }

  /**
   * Returns a scanner of an hour of one series that has its own aggregator. By its clock no call is
   * slow, however busy the machine is.
   */
  private HistoryScanner faultyScanner(FaultyAggregator aggregator) {
    MemoryBudget budget = new MemoryBudget(AMPLE_BYTES);
    ChannelHistory history =
        new ChannelHistory(
            Retention.defaults().bytesPerChannel(AMPLE_BYTES).maxTotalBytes(AMPLE_BYTES), budget);
    SeriesKey key = new SeriesKey(CHANNEL, "s", FaultyAggregator.TYPE, Tags.empty());
    for (int second = 0; second < 3_600; second++) {
      long time = START + 1_000L * second;
      history.add(history.series(key), second, 0, time, time, second, null);
    }
    return new HistoryScanner(
        history,
        Aggregators.of(new ManualClock(Instant.ofEpochMilli(START)), List.of(aggregator)),
        DerivedStatistics.of(List.of()));
  }

  private static List<Double> readByTens(HistoryScanner scanner) {
    List<Double> values = new ArrayList<>();
    HistoryCursor after = null;
    boolean more = true;
    while (more) {
      HistoryQuery query =
          new HistoryQuery(
              (name, tags) -> true, START, START + 3_600_000, Interval.ONE_SECOND, 10, after);
      HistoryPage page = scanner.find(query, START + 3_600_000);
      page.points().forEach(each -> values.add(each.value()));
      more = page.more();
      after = page.points().get(page.points().size() - 1).key();
    }
    return values;
  }
}
