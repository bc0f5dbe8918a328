package io.greenlang.metrics.internal.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.channel.PlainEncoder;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.internal.feed.TestRouters;
import io.greenlang.metrics.internal.frame.FrameEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.Subscription;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clients that leave while the feed for their subscription is acquired in parts. */
class FeedAcquisitionTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final long START = 1_000_000_000_000L;
  private static final int SERIES = 3_000;

  /** No publisher leaves anything. */
  private static final ChannelLock.Backlog NO_BACKLOG =
      new ChannelLock.Backlog() {
        @Override
        public boolean isEmpty() {
          return true;
        }

        @Override
        public boolean drain() {
          return true;
        }

        @Override
        public void closeAndDrain() {}
      };

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(START));
  private final FeedRouter raw = TestRouters.create(CHANNEL, 0, clock);
  private final WindowRollup windows =
      new WindowRollup(
          Aggregators.builtIn(clock),
          interval -> TestRouters.create(CHANNEL, interval.millis(), clock),
          raw.table(),
          null);
  private final ChannelFeeds feeds = new ChannelFeeds(raw, windows);
  private final ChannelLock lock = new ChannelLock(NO_BACKLOG);

  FeedAcquisitionTest() {
    raw.beginSamples(1, START);
    for (int i = 0; i < SERIES; i++) {
      Metric metric = Metric.gauge(CHANNEL, "n" + i, i, Tags.empty());
      raw.route(metric.withTimestamp(Instant.ofEpochMilli(START)));
    }
    raw.endBatch();
  }

  private static Subscription view(@Nullable Interval interval) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    return new Subscription(CHANNEL, all.tags(), all.names(), interval, null, Format.METRIC);
  }

  private FeedAcquisition begin(@Nullable Interval interval) {
    return feeds.begin(view(interval), PlainEncoder.INSTANCE, () -> START, lock);
  }

  private static int complete(FeedAcquisition acquisition) {
    int parts = 1;
    while (!acquisition.advance()) {
      parts++;
    }
    return parts;
  }

  private void pruneAfterAMinute() {
    windows.prune(START);
    windows.prune(START + WindowRollup.UNUSED_MILLIS);
  }

  @Test
  void advance_manySeries_givesThreadBackBetweenParts() {
    FeedAcquisition acquisition = begin(null);
    assertThat(complete(acquisition)).isGreaterThanOrEqualTo(SERIES / FeedAcquisition.PART);
    assertThat(acquisition.comparedSeries()).isEqualTo(SERIES);
    assertThat(acquisition.resumedSeries()).isZero();
  }

  @Test
  void advance_newWindows_continuesEachSeriesOnce() {
    assertThat(feeds.continuesSeries(view(Interval.ONE_SECOND))).isTrue();
    FeedAcquisition acquisition = begin(Interval.ONE_SECOND);
    FeedAcquisition inTurn = begin(Interval.ONE_SECOND);
    assertThat(acquisition.advance()).isFalse();
    assertThat(inTurn.advance()).isFalse();
    complete(acquisition);
    complete(inTurn);

    assertThat(acquisition.feed()).isSameAs(inTurn.feed());
    assertThat(acquisition.resumedSeries() + inTurn.resumedSeries()).isEqualTo(SERIES);
    assertThat(acquisition.resumedSeries()).isPositive();
    assertThat(inTurn.resumedSeries()).isPositive();
    assertThat(feeds.continuesSeries(view(Interval.ONE_SECOND))).isFalse();
    assertThat(windows.get(Interval.ONE_SECOND).feeds().router(null).table().size()).isZero();
  }

  @Test
  void abandon_whileSeriesContinue_removesWindowsAfterAMinute() {
    FeedAcquisition acquisition = begin(Interval.ONE_SECOND);
    assertThat(acquisition.advance()).isFalse();
    acquisition.abandon();
    pruneAfterAMinute();

    assertThat(feeds.feedCount()).isZero();
    assertThatThrownBy(() -> windows.get(Interval.ONE_SECOND))
        .hasMessage("the windows are not open");
  }

  @Test
  void abandon_anotherClientContinues_keepsWindows() {
    FeedAcquisition acquisition = begin(Interval.ONE_SECOND);
    FeedAcquisition other = begin(Interval.ONE_SECOND);
    assertThat(acquisition.advance()).isFalse();
    assertThat(other.advance()).isFalse();
    acquisition.abandon();
    pruneAfterAMinute();
    assertThat(complete(other)).isPositive();

    assertThat(other.feed().isMatched()).isTrue();
    assertThat(feeds.feedCount()).isOne();
  }

  @Test
  void abandon_whileSeriesAreCompared_leavesNoFeed() {
    FeedAcquisition acquisition = begin(null);
    assertThat(acquisition.advance()).isFalse();
    assertThat(feeds.feedCount()).isOne();
    acquisition.abandon();

    assertThat(feeds.feedCount()).isZero();
    assertThat(raw.feeds()).isEmpty();
    assertThat(complete(begin(null))).as("the next client begins again").isGreaterThan(1);
  }

  @Test
  void advance_newGroupingOfManySeries_givesThreadBackBetweenParts() {
    complete(begin(Interval.ONE_SECOND));
    routeOneWindow();
    FeedAcquisition acquisition = feeds.begin(groups(), PlainEncoder.INSTANCE, () -> START, lock);
    assertThat(complete(acquisition))
        .as("each series is collected and merged, and each group recorded")
        .isGreaterThanOrEqualTo(3 * SERIES / FeedAcquisition.PART);
    SeriesTable groups = acquisition.feed().router().table();
    assertThat(groups.size()).isEqualTo(SERIES);
    assertThat(groups.slice(0, SERIES)).allMatch(group -> group.latestAggregate() != null);
  }

  /** Routes a window of each series. */
  private void routeOneWindow() {
    Instant now = Instant.ofEpochMilli(START + 100);
    for (Series series : raw.table().slice(0, SERIES)) {
      Metric sample = Metric.gauge(CHANNEL, series.key().name(), 1, Tags.empty());
      windows.fold(series, sample.withTimestamp(now), START + 100);
    }
    clock.advance(Duration.ofSeconds(2));
    assertThat(windows.tick(START + 2_000, ChannelLock.Slices.HELD)).isTrue();
  }

  private static Subscription groups() {
    Subscription all = Subscription.ofChannel(CHANNEL);
    TreeSet<String> noTags = new TreeSet<>();
    return new Subscription(
        CHANNEL, all.tags(), all.names(), Interval.ONE_SECOND, noTags, Format.METRIC);
  }

  @Test
  void abandon_feedOfGroupingCannotBeCreated_leavesNoGrouping() {
    complete(begin(Interval.ONE_SECOND)); // the series continue
    assertThat(feeds.feedCount()).isOne();
    FeedAcquisition acquisition = feeds.begin(groups(), failingEncoder(), () -> START, lock);
    assertThatThrownBy(acquisition::advance).hasMessage("on purpose");
    acquisition.abandon();

    assertThat(feeds.feedCount()).isOne();
    assertThat(routers(windows.get(Interval.ONE_SECOND))).isOne();
  }

  private static int routers(IntervalWindows opened) {
    List<FeedRouter> routers = new ArrayList<>();
    opened.feeds().forEachRouter(routers::add);
    return routers.size();
  }

  private static FrameEncoder failingEncoder() {
    return (FrameEncoder)
        Proxy.newProxyInstance(
            FrameEncoder.class.getClassLoader(),
            new Class<?>[] {FrameEncoder.class},
            (proxy, method, arguments) -> {
              throw new OutOfMemoryError("on purpose");
            });
  }
}
