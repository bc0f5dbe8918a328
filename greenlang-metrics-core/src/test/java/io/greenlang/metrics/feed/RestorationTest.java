package io.greenlang.metrics.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.SteppedClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An instance that comes later knows what the log knows, and does not claim to know more. */
class RestorationTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_040_000L;

  static {
    assertThat(Interval.ONE_MINUTE.windowOf(START)).isEqualTo(START);
  }

  private final SteppedClock clock = new SteppedClock(START);
  private final MemoryLog log = new MemoryLog(clock);
  private final ChannelStreams first = instance();
  private final ChannelStream stream = OpenStream.of(first, CHANNEL, log);

  private ChannelStreams instance() {
    return new ChannelStreams(
        StreamLimits.DEFAULT, clock, Aggregators.builtIn(clock), Retention.usual(), log);
  }

  /** Publishes once a second. */
  private void publish(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.advance(1_000_000_000L);
      first.tick();
      Metric metric =
          Metric.gauge(CHANNEL, "a", (double) log.offset() + 1, Tags.empty())
              .at(Instant.ofEpochMilli(clock.wallMillis()));
      stream.accept(log.log(CHANNEL, List.of(metric)));
    }
  }

  private static Opening open(ChannelStream at, Start start) {
    return at.open(Subscription.to(CHANNEL), PlainEncoder.INSTANCE, start, null).opening();
  }

  private List<String> find(ChannelStream at, @Nullable Interval interval) {
    HistoryQuery query =
        new HistoryQuery(
            (name, tags) -> true, START, clock.wallMillis() + 1, interval, 10_000, null);
    HistoryPage page = Objects.requireNonNull(at.find(query));
    return page.points().stream().map(RestorationTest::shown).toList();
  }

  private static String shown(HistoryPoint point) {
    StringBuilder shown = new StringBuilder();
    shown.append(point.name()).append('@').append(point.key().timeMillis()).append('=');
    shown.append(point.value());
    Aggregate aggregate = point.aggregate();
    if (aggregate != null) {
      shown.append(" n=").append(aggregate.count());
      aggregate.describe(1, (name, number) -> shown.append(' ').append(name).append(number));
    }
    return shown.toString();
  }

  @Test
  void open_logThatWasTrimmed_recoversFromWhereItBegins() {
    publish(100);
    log.trim(clock.wallMillis() - 49_500);
    ChannelStream restored = OpenStream.of(instance(), CHANNEL, log);

    assertThat(open(restored, Start.since(new Position("e", 49))).recovered()).isFalse();
    assertThat(open(restored, Start.since(new Position("e", 50))).recovered()).isTrue();
    assertThat(open(restored, Start.since(new Position("e", 100))))
        .isEqualTo(new Opening(new Position("e", 100), true));
    long begins = clock.wallMillis() - 49_000;
    assertThat(open(restored, Start.from(Instant.ofEpochMilli(begins))).recovered()).isTrue();
    assertThat(open(restored, Start.from(Instant.ofEpochMilli(begins - 1_000))).recovered())
        .isFalse();
  }

  @Test
  void open_logOfWhichNothingIsLeft_goesOnBehindIt() {
    publish(10);
    log.trim(Long.MAX_VALUE);
    ChannelStream restored = OpenStream.of(instance(), CHANNEL, log);

    assertThat(open(restored, Start.since(new Position("e", 9))).recovered()).isFalse();
    assertThat(open(restored, Start.since(new Position("e", 10))).recovered()).isTrue();
  }

  @Test
  void find_restored_isWhatTheOldInstanceFinds() {
    publish((int) Duration.ofMinutes(130).toSeconds());
    log.trim(clock.wallMillis() - Duration.ofHours(1).toMillis());
    ChannelStream restored = OpenStream.of(instance(), CHANNEL, log);

    // Those of seconds are made of readings, of which each keeps chunks of its own.
    for (Interval interval : Interval.values()) {
      if (RetentionTier.of(interval) == null) {
        continue;
      }
      assertThat(find(restored, interval)).as(interval.label()).isEqualTo(find(stream, interval));
    }
    assertThat(find(restored, Interval.ONE_HOUR)).isNotEmpty();
    Instant lately = Instant.ofEpochMilli(clock.wallMillis()).minusSeconds(3_000);
    assertThat(open(restored, Start.from(lately))).isEqualTo(open(stream, Start.from(lately)));
  }

  @Test
  void open_archiveWithGarbage_leavesOutThatAlone() {
    publish(600);
    for (long minute : new long[] {2, 3, 5}) {
      log.spoil(Interval.ONE_MINUTE, START + 60_000 * minute, (int) minute);
    }
    ChannelStream restored = OpenStream.of(instance(), CHANNEL, log);

    List<String> minutes = find(restored, Interval.ONE_MINUTE);
    assertThat(minutes).hasSize(find(stream, Interval.ONE_MINUTE).size() - 3);
    assertThat(open(restored, Start.since(new Position("e", 600))).recovered()).isTrue();
  }

  @Test
  void open_archivedWindowsFarApart_countsEachInItsOwnHour() {
    publish(120);
    clock.advance(Duration.ofHours(30).toNanos());
    first.tick();
    publish(120);
    log.trim(clock.wallMillis() - 90_000);
    ChannelStream restored = OpenStream.of(instance(), CHANNEL, log);
    clock.advance(Duration.ofHours(2).toNanos());
    first.tick();
    restored.tick();

    assertThat(find(restored, Interval.ONE_HOUR)).isEqualTo(find(stream, Interval.ONE_HOUR));
    assertThat(find(restored, Interval.ONE_HOUR)).hasSize(2);
  }
}
