package io.greenlang.metrics.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.channel.PlainEncoder;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tests which series a full table evicts. */
class SeriesTableTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int LIMIT = 3;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final SeriesTable table =
      new SeriesTable(CHANNEL, LIMIT, DerivedStatistics.of(List.of()));

  private static SeriesKey key(String name) {
    return new SeriesKey(CHANNEL, name, MetricType.GAUGE, Tags.of("host", "h", "name", name));
  }

  private Series add(String name, long nowNanos) {
    Series added = Objects.requireNonNull(table.add(key(name), nowNanos));
    sample(added, nowNanos);
    return added;
  }

  private void sample(Series series, long nowNanos) {
    series.recordLatest(1, null, 0, 1, nowNanos);
    table.touch(series, nowNanos);
  }

  private List<String> names() {
    return table.slice(0, 10).stream().map(series -> series.key().name()).toList();
  }

  @Test
  void add_tableFull_evictsTheSeriesThatIsIdleTheLongest() {
    Series first = add("a", 0);
    add("b", 1 * MINUTE);
    add("c", 2 * MINUTE);
    sample(first, 3 * MINUTE);

    assertThat(table.add(key("d"), 11 * MINUTE)).as("none is idle for long enough").isNull();
    add("d", 11 * MINUTE + 1);
    assertThat(names()).containsExactly("a", "c", "d");
    assertThat(table.find(key("b"))).isNull();
    assertThat(table.add(key("e"), 12 * MINUTE)).isNull();
    add("e", 12 * MINUTE + 1);
    add("f", 13 * MINUTE + 1);
    assertThat(names()).containsExactly("d", "e", "f");
    assertThat(table.size()).isEqualTo(LIMIT);
  }

  @Test
  void add_seriesSampledAllTheTime_areNotEvicted() {
    List<Series> sampled = List.of(add("a", 0), add("b", 0), add("c", 0));
    for (long now = 0; now < 30 * MINUTE; now += MINUTE / 100) {
      for (Series series : sampled) {
        sample(series, now);
      }
      assertThat(table.add(key("d"), now)).isNull();
    }
    assertThat(names()).containsExactly("a", "b", "c");
  }

  @Test
  void add_evictedSeriesInOpenWindows_returnsWithThemWhileDormant() {
    Window window = new Window();
    add("a", 0).setWindow(Interval.ONE_HOUR, window);
    add("b", 1);
    add("c", 2);
    add("d", 11 * MINUTE);
    assertThat(names()).containsExactly("b", "c", "d");
    Series returned = add("a", 11 * MINUTE + 1);

    assertThat(names()).containsExactly("c", "d", "a");
    assertThat(returned.window(Interval.ONE_HOUR)).isSameAs(window);
    assertThat(window.moves).hasValue(1);
    assertThat(window.discards).hasValue(0);
  }

  @Test
  void add_moreDormantSeriesThanTheLimit_discardsTheOldest() {
    Window oldest = new Window();
    Window second = new Window();
    add("a", 0).setWindow(Interval.ONE_HOUR, oldest);
    add("b", 1).setWindow(Interval.ONE_HOUR, second);
    add("c", 2).setWindow(Interval.ONE_HOUR, new Window());
    for (int i = 0; i < LIMIT; i++) {
      add("d" + i, 11 * MINUTE + i).setWindow(Interval.ONE_HOUR, new Window());
    }
    assertThat(oldest.discards).hasValue(0);
    assertThat(table.pollDiscarded(22 * MINUTE)).isNull();

    add("e", 22 * MINUTE + 1);
    assertThat(oldest.discards).hasValue(1);
    assertThat(second.discards).hasValue(0);
    assertThat(table.pollDiscarded(22 * MINUTE)).isNotNull();
    assertThat(table.pollDiscarded(22 * MINUTE)).as("logged once").isNull();
  }

  private static Feed feed(Set<String> hosts) {
    FeedRouter router = TestRouters.create(CHANNEL, new ManualClock(Instant.EPOCH));
    return router.acquire(
        new Subscription(
            CHANNEL,
            TagFilter.of(Map.of("host", hosts)),
            Subscription.ofChannel(CHANNEL).names(),
            null,
            null,
            Format.METRIC),
        PlainEncoder.INSTANCE);
  }

  @Test
  void candidates_severalTagValues_areAllSeriesInOrder() {
    SeriesTable large = new SeriesTable(CHANNEL, 1_000, DerivedStatistics.of(List.of()));
    for (int i = 0; i < 1_000; i++) {
      Tags tags = Tags.of("host", "h" + (i < 500 ? 0 : i % 5));
      large.add(new SeriesKey(CHANNEL, "n" + i, MetricType.GAUGE, tags), 0);
    }
    Feed feed = feed(Set.of("h0", "h3", "h9"));
    List<Long> ids = new ArrayList<>();
    List<Series> slice = new ArrayList<>();
    large.candidates(feed, 0, 64, slice);
    while (!slice.isEmpty()) {
      assertThat(slice).hasSizeLessThanOrEqualTo(64);
      slice.forEach(series -> ids.add(series.id()));
      large.candidates(feed, ids.get(ids.size() - 1) + 1, 64, slice);
    }
    assertThat(ids)
        .isEqualTo(
            LongStream.range(0, 1_000)
                .filter(i -> i < 500 || i % 5 == 0 || i % 5 == 3)
                .boxed()
                .toList());
  }

  /** An open window with samples. */
  private static final class Window implements Series.WindowSlot {

    private final AtomicInteger moves = new AtomicInteger();
    private final AtomicInteger discards = new AtomicInteger();

    @Override
    public boolean hasSamples() {
      return true;
    }

    @Override
    public void discard() {
      discards.incrementAndGet();
    }

    @Override
    public void moveTo(Series returned) {
      moves.incrementAndGet();
    }
  }
}
