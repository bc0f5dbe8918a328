package io.greenlang.metrics.internal.catchup;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.channel.ChannelRegistry;
import io.greenlang.metrics.internal.channel.PlainEncoder;
import io.greenlang.metrics.internal.feed.Feed;
import io.greenlang.metrics.internal.history.ChannelHistory;
import io.greenlang.metrics.internal.history.MemoryBudget;
import io.greenlang.metrics.internal.history.SeriesSnapshot;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HistoryViewTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final Duration MAX_AGE = Duration.ofSeconds(10);

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final Aggregators aggregators = Aggregators.builtIn(clock);
  private final ChannelHistory history =
      new ChannelHistory(Retention.defaults(), new MemoryBudget(1 << 20));
  private long publications;

  private Feed feed() {
    ChannelRegistry streams =
        new ChannelRegistry(
            ChannelLimits.DEFAULT, clock, aggregators, Retention.NONE, new LocalBroker(clock));
    streams.onChannelOpened(CHANNEL, ChannelLog.empty("e"));
    return Objects.requireNonNull(streams.find(CHANNEL))
        .open(Subscription.ofChannel(CHANNEL), PlainEncoder.INSTANCE, StartPosition.NOW, null)
        .feed();
  }

  private void add(String name) {
    SeriesKey key = new SeriesKey(CHANNEL, name, MetricType.GAUGE, Tags.empty());
    long now = clock.wallTimeMillis();
    history.add(history.series(key), ++publications, 0, now, now, 1, null);
  }

  /** Matching all series of a channel again takes seconds, for each replay to a slow client. */
  @Test
  void renewIfOld_seriesAddedMeanwhile_renewsTheMatchedSeriesOnly() {
    add("a");
    HistoryView view = new HistoryView(feed(), history, aggregators);
    List<SeriesSnapshot> first = view.snapshots();
    add("b");
    clock.advance(MAX_AGE);
    view.renewIfOld();

    assertThat(view.snapshots())
        .doesNotContainAnyElementsOf(first)
        .extracting(series -> series.key().name())
        .containsExactly("a");
  }

  @Test
  void renewIfOld_recentSnapshots_areKept() {
    add("a");
    HistoryView view = new HistoryView(feed(), history, aggregators);
    List<SeriesSnapshot> first = view.snapshots();
    clock.advance(MAX_AGE.minusNanos(1));
    view.renewIfOld();

    assertThat(view.snapshots()).isSameAs(first);
  }
}
