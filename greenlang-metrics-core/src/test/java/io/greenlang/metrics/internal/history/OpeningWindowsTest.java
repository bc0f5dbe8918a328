package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.HistoryCursor;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.sequence.StreamClock;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The windows with which a newly opened interval begins. They are compared with those of one fold
 * of all samples.
 */
class OpeningWindowsTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_000_000L;
  private static final long AMPLE_BYTES = 256 << 20;

  private final SeriesReader reader = new SeriesReader(Aggregators.builtIn(MetricsClock.system()));
  private final MemoryBudget budget = new MemoryBudget(AMPLE_BYTES);
  private final ChannelHistory history =
      new ChannelHistory(
          Retention.defaults().bytesPerChannel(AMPLE_BYTES).maxTotalBytes(AMPLE_BYTES), budget);
  private final SeriesHistory.Scratch scratch = new SeriesHistory.Scratch();
  private Random random = new Random(0);
  private long now = START;
  private double total;

  /** Adds samples of which some are late, with pauses; counters increase. */
  private SeriesSnapshot samples(MetricType type, int count) {
    SeriesKey key = new SeriesKey(CHANNEL, "s", type, Tags.empty());
    for (int i = 0; i < count; i++) {
      now += random.nextInt(40) == 0 ? random.nextInt(90_000) : random.nextInt(400);
      total += random.nextInt(1_000);
      double value = type.equals(MetricType.COUNTER) ? total : random.nextInt(1_000) / 7.0;
      long time = now - random.nextInt(200);
      history.add(history.series(key), i, 0, time, StreamClock.foldTime(time, now), value, null);
    }
    return history.series(key).snapshot();
  }

  private static List<ComparableWindow> comparable(List<Window> windows, Interval interval) {
    return windows.stream()
        .map(
            each ->
                ComparableWindow.of(
                        new HistoryCursor(each.startMillis(), 0, 0),
                        "s",
                        interval,
                        each.aggregate())
                    .received())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gauge", "histogram", "counter"})
  void openingWindows_anyRange_areTheLastEarlierWindowAndThoseOfTheRange(String type) {
    random = new Random(type.hashCode());
    SeriesSnapshot series = samples(new MetricType(type), 2_000);
    for (Interval interval : List.of(Interval.ONE_SECOND, Interval.FIVE_SECONDS)) {
      long end = interval.windowStart(now) + interval.millis();
      List<Window> all = reader.windows(series, interval, interval.windowStart(START), end);
      for (int i = 0; i < 200; i++) {
        long from = interval.windowStart(START + random.nextLong(end - START));
        int earlier = (int) all.stream().filter(window -> window.startMillis() < from).count();

        assertThat(
                comparable(reader.openingWindows(series, interval, from, end, scratch), interval))
            .isEqualTo(comparable(all.subList(Math.max(0, earlier - 1), all.size()), interval));
      }
    }
  }

  @Test
  void openingWindows_noSampleInTheRange_areTheLastEarlierWindow() {
    SeriesSnapshot series = samples(MetricType.GAUGE, 1_000);
    long from = Interval.ONE_SECOND.windowStart(now) + 3_600_000;

    List<Window> windows =
        reader.openingWindows(series, Interval.ONE_SECOND, from, from + 1_000, scratch);

    assertThat(windows).hasSize(1);
    assertThat(windows.get(0).startMillis()).isLessThan(from);
  }

  @Test
  void openingWindows_manyChunks_leaveTheCacheToOtherReaders() {
    SeriesSnapshot series = samples(MetricType.GAUGE, 2_000);

    reader.openingWindows(
        series, Interval.ONE_SECOND, Interval.ONE_SECOND.windowStart(now), now, scratch);

    assertThat(budget.readerCache().usedBytes()).isZero();
  }
}
