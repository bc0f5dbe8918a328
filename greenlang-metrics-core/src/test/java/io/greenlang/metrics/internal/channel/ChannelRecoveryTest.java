package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.history.HistoryPage;
import io.greenlang.metrics.history.HistoryPoint;
import io.greenlang.metrics.history.HistoryQuery;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.StartResult;
import io.greenlang.metrics.subscription.StreamPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests that a new instance recovers everything the log retains, and claims no more than that. */
class ChannelRecoveryTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_700_000_040_000L;

  static {
    assertThat(Interval.ONE_MINUTE.windowStart(START)).isEqualTo(START);
  }

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final MemoryLog log = new MemoryLog(clock);
  private final ChannelRegistry firstInstance = instance();
  private final ChannelStream stream = TestStreams.open(firstInstance, CHANNEL, log);

  private ChannelRegistry instance() {
    return new ChannelRegistry(
        ChannelLimits.DEFAULT, clock, Aggregators.builtIn(clock), Retention.defaults(), log);
  }

  /** Publishes once per second. */
  private void publish(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.advance(Duration.ofSeconds(1));
      firstInstance.tick();
      Metric metric =
          Metric.gauge(CHANNEL, "a", (double) log.offset() + 1, Tags.empty())
              .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis()));
      stream.accept(log.append(CHANNEL, List.of(metric)));
    }
  }

  private static StartResult open(ChannelStream target, StartPosition start) {
    return target
        .open(Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, start, null)
        .startResult();
  }

  private List<String> find(ChannelStream target, @Nullable Interval interval) {
    HistoryQuery query =
        new HistoryQuery(
            (name, tags) -> true, START, clock.wallTimeMillis() + 1, interval, 10_000, null);
    HistoryPage page = Objects.requireNonNull(target.find(query));
    return page.points().stream().map(ChannelRecoveryTest::format).toList();
  }

  private static String format(HistoryPoint point) {
    StringBuilder text = new StringBuilder();
    text.append(point.name()).append('@').append(point.key().timeMillis()).append('=');
    text.append(point.value());
    Aggregate aggregate = point.aggregate();
    if (aggregate != null) {
      text.append(" n=").append(aggregate.count());
      aggregate.forEachField(1, (name, number) -> text.append(' ').append(name).append(number));
    }
    return text.toString();
  }

  @Test
  void open_trimmedLog_recoversFromItsBeginning() {
    publish(100);
    log.trim(clock.wallTimeMillis() - 49_500);
    ChannelStream recovered = TestStreams.open(instance(), CHANNEL, log);

    assertThat(open(recovered, StartPosition.since(new StreamPosition("e", 49))).recovered())
        .isFalse();
    assertThat(open(recovered, StartPosition.since(new StreamPosition("e", 50))).recovered())
        .isTrue();
    assertThat(open(recovered, StartPosition.since(new StreamPosition("e", 100))))
        .isEqualTo(new StartResult(new StreamPosition("e", 100), true));
    long logStart = clock.wallTimeMillis() - 49_000;
    assertThat(open(recovered, StartPosition.from(Instant.ofEpochMilli(logStart))).recovered())
        .isTrue();
    assertThat(
            open(recovered, StartPosition.from(Instant.ofEpochMilli(logStart - 1_000))).recovered())
        .isFalse();
  }

  @Test
  void open_fullyTrimmedLog_continuesAfterLastOffset() {
    publish(10);
    log.trim(Long.MAX_VALUE);
    ChannelStream recovered = TestStreams.open(instance(), CHANNEL, log);

    assertThat(open(recovered, StartPosition.since(new StreamPosition("e", 9))).recovered())
        .isFalse();
    assertThat(open(recovered, StartPosition.since(new StreamPosition("e", 10))).recovered())
        .isTrue();
  }

  @Test
  void find_recoveredInstance_equalsOldInstance() {
    publish((int) Duration.ofMinutes(130).toSeconds());
    log.trim(clock.wallTimeMillis() - Duration.ofHours(1).toMillis());
    ChannelStream recovered = TestStreams.open(instance(), CHANNEL, log);

    // Windows of seconds are computed from samples, which each instance stores in its own chunks.
    for (Interval interval : Interval.values()) {
      if (RetentionTier.of(interval) == null) {
        continue;
      }
      assertThat(find(recovered, interval)).as(interval.label()).isEqualTo(find(stream, interval));
    }
    assertThat(find(recovered, Interval.ONE_HOUR)).isNotEmpty();
    Instant recent = Instant.ofEpochMilli(clock.wallTimeMillis()).minusSeconds(3_000);
    assertThat(open(recovered, StartPosition.from(recent)))
        .isEqualTo(open(stream, StartPosition.from(recent)));
  }

  @Test
  void open_corruptArchivedWindows_skipsOnlyThose() {
    publish(600);
    for (long minute : new long[] {2, 3, 5}) {
      log.corrupt(Interval.ONE_MINUTE, START + 60_000 * minute, (int) minute);
    }
    ChannelStream recovered = TestStreams.open(instance(), CHANNEL, log);

    List<String> minuteWindows = find(recovered, Interval.ONE_MINUTE);
    assertThat(minuteWindows).hasSize(find(stream, Interval.ONE_MINUTE).size() - 3);
    assertThat(open(recovered, StartPosition.since(new StreamPosition("e", 600))).recovered())
        .isTrue();
  }

  @Test
  void open_archivedWindowsFarApart_countsEachInItsHour() {
    publish(120);
    clock.advance(Duration.ofHours(30));
    firstInstance.tick();
    publish(120);
    log.trim(clock.wallTimeMillis() - 90_000);
    ChannelStream recovered = TestStreams.open(instance(), CHANNEL, log);
    clock.advance(Duration.ofHours(2));
    firstInstance.tick();
    recovered.tick();

    assertThat(find(recovered, Interval.ONE_HOUR)).isEqualTo(find(stream, Interval.ONE_HOUR));
    assertThat(find(recovered, Interval.ONE_HOUR)).hasSize(2);
  }

  @Test
  void open_logFromItsBeginning_resumesClientThatWaitedForFirstWindow() {
    StreamPosition idle = openMinutes(stream, StartPosition.NOW).position();
    clock.advance(Duration.ofMinutes(3));
    publish(130);
    ChannelStream recovered = TestStreams.open(instance(), CHANNEL, log);

    assertThat(openMinutes(recovered, StartPosition.since(idle)))
        .isEqualTo(new StartResult(idle, true));
  }

  @Test
  void open_trimmedLog_doesNotResumeFromBeforeFirstArchivedWindow() {
    StreamPosition idle = openMinutes(stream, StartPosition.NOW).position();
    clock.advance(Duration.ofMinutes(3));
    publish(130);
    log.trim(clock.wallTimeMillis() - 1_000);
    ChannelStream recovered = TestStreams.open(instance(), CHANNEL, log);

    assertThat(openMinutes(recovered, StartPosition.since(idle)).recovered()).isFalse();
  }

  private static StartResult openMinutes(ChannelStream target, StartPosition start) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    Subscription minutes =
        new Subscription(
            CHANNEL, all.tags(), all.names(), Interval.ONE_MINUTE, null, all.format(), true);
    return target.open(minutes, PlainEncoder.INSTANCE, start, null).startResult();
  }
}
