package io.greenlang.metrics.internal.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;
import io.greenlang.metrics.internal.history.SeriesHistory.Sample;
import io.greenlang.metrics.internal.history.SeriesHistory.Window;
import io.greenlang.metrics.internal.util.SeriesKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Retention by time and by memory. */
class ChannelHistoryTest {

  private static final Channel CHANNEL = new Channel("test.metrics");

  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final Retention AMPLE =
      Retention.defaults().bytesPerChannel(64 << 20).maxTotalBytes(256 << 20);

  private final Random random = new Random(1);

  private static ChannelHistory history(Retention retention) {
    return new ChannelHistory(retention, new MemoryBudget(retention.maxTotalBytes()));
  }

  private static SeriesHistory series(ChannelHistory history, String name) {
    return history.series(new SeriesKey(CHANNEL, name, MetricType.GAUGE, Tags.empty()));
  }

  private static List<Sample> samples(ChannelHistory history) {
    List<Sample> samples = new ArrayList<>();
    for (SeriesSnapshot each : history.select(key -> true)) {
      SeriesReader.forEachSampleOfPublications(each, Long.MIN_VALUE, Long.MAX_VALUE, samples::add);
    }
    return samples;
  }

  @Test
  void tick_expiredSamples_areEvictedAndCounted() {
    ChannelHistory history = history(AMPLE);
    SeriesHistory series = series(history, "a");
    for (int i = 0; i < 2 * 3600; i++) {
      history.add(series, i, 0, 1_000L * i, 1_000L * i, i, null);
    }
    history.evictExpired(2 * HOUR);

    List<Sample> retained = samples(history);
    assertThat(retained.get(0).timeMillis()).isBetween(HOUR - 240_000, HOUR);
    assertThat(retained.get(retained.size() - 1).value()).isEqualTo(2 * 3600 - 1);
    assertThat(history.evicted()).isEqualTo(2 * 3600 - retained.size());
    assertThat(history.entries()).isEqualTo(retained.size());
    assertThat(history.retainedAfterPublication()).isEqualTo(retained.get(0).publicationId() - 1);
    assertThat(history.retainedFromMillis(RetentionTier.RAW))
        .isEqualTo(retained.get(0).timeMillis() - 999);
  }

  @Test
  void reachesFrom_nothingEvicted_isUnbounded() {
    ChannelHistory history = history(AMPLE);
    history.add(series(history, "a"), 5, 0, 1_000, 1_000, 1, null);
    history.evictExpired(1_000);

    assertThat(history.retainedAfterPublication()).isZero();
    assertThat(history.retainedFromMillis(RetentionTier.RAW)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void add_memoryLimitExceeded_evictsOldest() {
    long bytes = 1 << 20;
    Retention retention = AMPLE.bytesPerChannel(bytes);
    MemoryBudget budget = new MemoryBudget(retention.maxTotalBytes());
    ChannelHistory history = new ChannelHistory(retention, budget);
    int count = 0;
    for (int second = 0; second < 2_000; second++) {
      for (int index = 0; index < 100; index++) {
        SeriesHistory series = series(history, "s" + index);
        history.add(
            series, second, index, 1_000L * second, 1_000L * second, random.nextDouble(), null);
        count++;
      }
      assertThat(budget.usedBytes()).isLessThan(bytes);
    }
    assertThat(history.evicted()).isPositive();
    assertThat(history.entries() + history.evicted()).isEqualTo(count);
    long retainedAfter = history.retainedAfterPublication();
    assertThat(samples(history).stream().filter(sample -> sample.publicationId() > retainedAfter))
        .hasSize(Math.toIntExact((1_999 - retainedAfter) * 100));
  }

  @Test
  void add_totalMemoryLimitExceeded_evictsInGrowingChannel() {
    Retention retention = AMPLE.maxTotalBytes(200_000);
    MemoryBudget budget = new MemoryBudget(retention.maxTotalBytes());
    ChannelHistory quiet = new ChannelHistory(retention, budget);
    ChannelHistory busy = new ChannelHistory(retention, budget);
    for (int i = 0; i < 1_000; i++) {
      quiet.add(series(quiet, "a"), i, 0, i, i, random.nextDouble(), null);
    }
    for (int i = 0; i < 100_000; i++) {
      busy.add(series(busy, "a"), i, 0, i, i, random.nextDouble(), null);
    }
    assertThat(budget.usedBytes()).isLessThan(210_000);
    assertThat(quiet.evicted()).isZero();
    assertThat(busy.evicted()).isPositive();
  }

  @Test
  void add_tooManySeriesForMemory_discardsAndCounts() {
    ChannelHistory history = history(AMPLE.bytesPerChannel(100_000));
    for (int i = 0; i < 10_000; i++) {
      history.add(series(history, "s" + i), i, 0, i, i, i, null);
    }
    assertThat(history.entries() + history.evicted()).isEqualTo(10_000);
    assertThat(history.evicted()).isPositive();
    assertThat(history.retainedAfterPublication()).isEqualTo(9_999);
  }

  @Test
  void add_allChunksGrowAtOnce_keepsLatestAndEvictsOldest() {
    int seriesCount = 100;
    ChannelHistory history = history(AMPLE.bytesPerChannel(2_000L * seriesCount));
    List<SeriesHistory> all = new ArrayList<>();
    for (int i = 0; i < seriesCount; i++) {
      all.add(series(history, "s" + i));
    }
    for (int second = 1; second <= 1_000; second++) {
      for (int i = 0; i < seriesCount; i++) {
        history.add(
            all.get(i), second, i, 1_000L * second, 1_000L * second, random.nextDouble(), null);
      }
      long after = history.retainedAfterPublication();
      assertThat(second - after).isBetween(Math.min(second, 10L), 100L);
    }
    long after = history.retainedAfterPublication();
    assertThat(samples(history).stream().filter(sample -> sample.publicationId() > after))
        .hasSize(Math.toIntExact((1_000 - after) * seriesCount));
  }

  @Test
  void add_totalMemoryUsedByOpenChunks_keepsLatest() {
    Retention retention = AMPLE.maxTotalBytes(100_000);
    MemoryBudget budget = new MemoryBudget(retention.maxTotalBytes());
    ChannelHistory quiet = new ChannelHistory(retention, budget);
    ChannelHistory busy = new ChannelHistory(retention, budget);
    for (int i = 0; i < 100; i++) {
      quiet.add(series(quiet, "s" + i), 1, i, 0, 0, random.nextDouble(), null);
    }
    for (int second = 1; second <= 1_000; second++) {
      for (int i = 0; i < 20; i++) {
        busy.add(
            series(busy, "s" + i),
            second,
            i,
            1_000L * second,
            1_000L * second,
            random.nextDouble(),
            null);
      }
    }
    assertThat(quiet.evicted()).isZero();
    assertThat(budget.usedBytes()).isLessThan(101_000);
    assertThat(samples(busy).stream().filter(sample -> sample.publicationId() == 1_000))
        .hasSize(20);
  }

  @Test
  void tick_idleSeries_isRemovedUntilNextSample() {
    ChannelHistory history = history(AMPLE);
    SeriesHistory series = series(history, "a");
    history.add(series, 1, 0, 0, 0, 1, null);
    history.evictExpired(HOUR / 2); // seals the chunk
    assertThat(history.select(key -> true)).hasSize(1);
    history.evictExpired(2 * HOUR); // evicts it
    history.evictExpired(2 * HOUR + 60_000);
    assertThat(history.select(key -> true)).isEmpty();

    history.add(series, 2, 0, 3 * HOUR, 3 * HOUR, 7, null);
    assertThat(samples(history)).extracting(Sample::value).containsExactly(7.0);
  }

  @Test
  void tick_clockWasOneYearAhead_evictsOnTime() {
    ChannelHistory history = history(AMPLE);
    SeriesHistory series = series(history, "a");
    long year = Duration.ofDays(365).toMillis();
    for (int i = 0; i < 4 * 3600; i++) {
      long now = 1_000L * i + (i >= 300 && i < 900 ? year : 0);
      history.add(series, i, 0, now, now, i, null);
      history.evictExpired(now);
    }
    assertThat(history.entries()).isBetween(3_600L, 3_600L + 240);
    assertThat(history.retainedFromMillis(RetentionTier.RAW)).isBetween(2 * HOUR, 3 * HOUR);
    assertThat(samples(history).get(0).publicationId())
        .isEqualTo(history.retainedAfterPublication() + 1);
  }

  @Test
  void tick_seriesEndedWhileClockWasAhead_isRemoved() {
    ChannelHistory history = history(AMPLE);
    long year = Duration.ofDays(365).toMillis();
    history.add(series(history, "a"), 1, 0, year, year, 1, null);
    history.evictExpired(year);
    for (long now = 0; now <= 2 * HOUR; now += 60_000) {
      history.evictExpired(now);
    }
    assertThat(history.select(key -> true)).isEmpty();
  }

  private static void evictAll(ChannelHistory history, long nowMillis) {
    boolean complete = false;
    while (!complete) {
      long before = history.evicted();
      complete = history.evictExpired(nowMillis);
      assertThat(history.evicted() - before)
          .isLessThanOrEqualTo((long) ChannelHistory.SLICE * SampleChunk.CAPACITY);
    }
  }

  @Test
  void evictExpired_manySeries_takesSlices() {
    ChannelHistory history = history(AMPLE);
    int seriesCount = 4 * ChannelHistory.SLICE;
    for (int i = 0; i < seriesCount; i++) {
      history.add(series(history, "s" + i), 1, i, 0, 0, 1, null);
    }
    assertThat(history.evictExpired(HOUR / 2)).as("all series swept at once").isFalse();
    evictAll(history, HOUR / 2); // seals the other chunks
    assertThat(history.evicted()).isZero();

    assertThat(history.evictExpired(2 * HOUR)).as("all chunks evicted at once").isFalse();
    assertThat(history.evicted()).as("chunks of one sample").isEqualTo(ChannelHistory.SLICE);
    evictAll(history, 2 * HOUR);
    assertThat(history.evicted()).isEqualTo(seriesCount);
    assertThat(history.select(key -> true)).isEmpty();
  }

  @Test
  void evictExpired_seriesComeAndReturnBetweenSlices_keepsTheirSamples() {
    ChannelHistory history = history(AMPLE);
    int seriesCount = 4 * ChannelHistory.SLICE;
    List<SeriesHistory> all = new ArrayList<>();
    for (int i = 0; i < seriesCount; i++) {
      all.add(series(history, "s" + i));
      history.add(all.get(i), 1, i, 0, 0, 1, null);
    }
    evictAll(history, HOUR / 2);
    int added = 0;
    boolean complete = false;
    while (!complete) {
      complete = history.evictExpired(2 * HOUR);
      history.add(all.get(added), 2, added, 2 * HOUR, 2 * HOUR, 2, null);
      history.add(series(history, "new" + added), 2, added, 2 * HOUR, 2 * HOUR, 2, null);
      added++;
    }
    evictAll(history, 2 * HOUR + 60_000);

    assertThat(added).isGreaterThan(4);
    assertThat(samples(history)).hasSize(2 * added).allMatch(sample -> sample.value() == 2);
    assertThat(history.select(key -> true)).hasSize(2 * added);
  }

  private static void fillChunk(ChannelHistory history, String name, long millis) {
    for (int i = 0; i < SampleChunk.CAPACITY; i++) {
      history.add(series(history, name), millis, i, millis, millis, 1, null);
    }
  }

  @Test
  void evictExpired_clockSetBackTwice_evictsEachChunkOnTime() {
    ChannelHistory history = history(AMPLE);
    long tenth = HOUR / 10;
    evictAll(history, 100 * tenth);
    fillChunk(history, "ends at 8:00", 100 * tenth);
    evictAll(history, 80 * tenth);
    evictAll(history, 83 * tenth);
    fillChunk(history, "ends at 8:18", 83 * tenth);
    evictAll(history, 89 * tenth);
    fillChunk(history, "ends at 8:30", 89 * tenth);
    evictAll(history, 85 * tenth);
    evictAll(history, 87 * tenth);
    fillChunk(history, "ends at 8:42", 87 * tenth);

    for (long ends : new long[] {80, 83, 85, 87}) {
      long before = history.evicted();
      evictAll(history, (ends + 10) * tenth - 1);
      assertThat(history.evicted()).as("one hour after " + ends).isEqualTo(before);
      evictAll(history, (ends + 10) * tenth + 2);
      assertThat(history.evicted()).isEqualTo(before + SampleChunk.CAPACITY);
    }
  }

  @Test
  void windows_closedBeforeClockWasSetBack_areFound() {
    ChannelHistory history = history(AMPLE);
    SeriesHistory series = series(history, "a");
    byte[] packed = BuiltInAggregator.GAUGES.create().pack();
    for (long minute : new long[] {100, 101, 102, 50, 51}) {
      history.add(series, RetentionTier.SHORT, 60_000 * minute, packed, minute);
    }
    List<Long> found = new ArrayList<>();
    series
        .windows(RetentionTier.SHORT)
        .snapshot()
        .forEach(
            chunk ->
                chunk.forEach(
                    60_000 * 101, 60_000 * 200, (start, bytes) -> found.add(start / 60_000)));
    assertThat(found).containsExactly(101L, 102L);
  }

  @Test
  void windows_storedInTier_areReadUnchanged() {
    ChannelHistory history = history(AMPLE);
    Aggregators aggregators = Aggregators.builtIn(MetricsClock.system());
    SeriesHistory series = series(history, "a");
    double sum = 0;
    for (int minute = 0; minute < 200; minute++) {
      Aggregate aggregate = BuiltInAggregator.GAUGES.create();
      for (int i = 0; i <= minute % 7; i++) {
        double value = random.nextGaussian();
        aggregate.add(value, 0);
        sum += value;
      }
      history.add(series, RetentionTier.SHORT, 60_000L * minute, aggregate.pack(), minute);
    }
    SeriesReader reader = new SeriesReader(aggregators);
    List<Window> windows = reader.windows(series.snapshot(), Interval.ONE_MINUTE, 0, 200 * 60_000L);

    assertThat(windows).hasSize(200);
    assertThat(windows.get(13).startMillis()).isEqualTo(13 * 60_000L);
    assertThat(windows.get(13).aggregate().count()).isEqualTo(7);
    double retainedSum =
        windows.stream().mapToDouble(w -> w.aggregate().value() * w.aggregate().count()).sum();
    assertThat(retainedSum).isCloseTo(sum, offset(1e-9));
  }
}
