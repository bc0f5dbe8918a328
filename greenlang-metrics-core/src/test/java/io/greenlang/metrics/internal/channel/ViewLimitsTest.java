package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.catchup.FeedReader;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewLimitsTest {

  private static final Channel CHANNEL = new Channel("test.metrics");

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final ChannelRegistry streams =
      new ChannelRegistry(
          ChannelLimits.DEFAULT,
          clock,
          Aggregators.builtIn(clock),
          Retention.NONE,
          new LocalBroker(clock));
  private final ChannelStream stream = TestStreams.open(streams, CHANNEL);
  private final ViewLimits limits = stream.viewLimits();
  private long publications;

  private static Subscription view(@Nullable Interval interval) {
    Subscription all = Subscription.ofChannel(CHANNEL);
    TreeSet<String> groupBy = interval == null ? null : new TreeSet<>();
    return new Subscription(CHANNEL, all.tags(), all.names(), interval, groupBy, Format.METRIC);
  }

  private FeedReader open(String subject, @Nullable Interval interval) {
    return stream.open(view(interval), PlainEncoder.INSTANCE, StartPosition.NOW, null, subject);
  }

  @Test
  void tryReserve_viewsOfASubject_countOnceUntilTheLastReaderCloses() {
    FeedReader first = open("a", null);
    FeedReader second = open("a", null);
    FeedReader windows = open("a", Interval.ONE_SECOND);
    List<ViewLimits.View> free = TestViews.distinct(CHANNEL, limits.perSubject() - 2);
    List<ViewLimits.View> tooMany = TestViews.distinct(CHANNEL, limits.perSubject() - 1);
    List<ViewLimits.View> all = TestViews.distinct(CHANNEL, limits.perSubject());
    ViewLimits.View open = new ViewLimits.View(view(null), Encoding.JSON);

    assertThat(limits.tryReserve("a", tooMany)).as("one too many").isFalse();
    assertThat(limits.tryReserve("a", free)).isTrue();
    assertThat(limits.tryReserve("a", tooMany)).as("all are reserved").isFalse();
    assertThat(limits.tryReserve("a", List.of(open))).as("a view that counts already").isTrue();
    assertThat(limits.tryReserve("b", all)).as("another subject").isTrue();
    free.forEach(view -> limits.unreserve("a", view));
    limits.unreserve("a", open);
    first.close();
    assertThat(limits.tryReserve("a", tooMany)).as("the view has a reader").isFalse();
    second.close();
    windows.close();
    assertThat(limits.tryReserve("a", all)).isTrue();
  }

  @Test
  void allowsGroups_groupsOfASubject_endAtTheLimit() {
    Subscription another = view(Interval.FIVE_SECONDS);
    FeedReader groups = open("a", Interval.ONE_SECOND);
    limits.expectGroups("a", groups.feed(), ViewLimits.GROUPS_PER_SUBJECT);
    assertThat(limits.allowsGroups("a", another, 0)).as("the expected groups count").isFalse();
    assertThat(limits.allowsGroups("a", groups.feed().subscription(), 0)).as("open").isTrue();
    assertThat(limits.allowsGroups("a", view(null), 0)).as("a view without groups").isTrue();
    assertThat(limits.allowsGroups("b", another, 0)).as("another subject").isTrue();
    assertThat(limits.allowsGroups("b", another, ViewLimits.GROUPS_PER_SUBJECT))
        .as("the groups of views that are opened before it count")
        .isFalse();

    publish(1);
    assertThat(limits.allowsGroups("a", another, 0)).as("a window has closed").isTrue();
    publish(ViewLimits.GROUPS_PER_SUBJECT);
    assertThat(limits.allowsGroups("a", another, 0)).as("the groups count").isFalse();
    groups.close();
    assertThat(limits.allowsGroups("a", another, 0)).isTrue();
  }

  /** Publishes a sample of each of many metrics, and closes its window. */
  private void publish(int count) {
    Instant now = Instant.ofEpochMilli(clock.wallTimeMillis());
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      metrics.add(Metric.gauge(CHANNEL, "m" + i, i, Tags.empty()).withTimestamp(now));
    }
    stream.accept(new Publication(CHANNEL, "e", ++publications, clock.wallTimeMillis(), metrics));
    clock.advance(Duration.ofSeconds(3));
    streams.tick();
  }

  @Test
  void feedCount_viewsOfAllKinds_isThatOfDistinctViews() {
    FeedReader raw = open("a", null);
    FeedReader shared = open("b", null);
    FeedReader groups = open("b", Interval.FIVE_SECONDS);
    assertThat(stream.feedCount()).isEqualTo(2);
    raw.close();
    assertThat(stream.feedCount()).isEqualTo(2);
    shared.close();
    groups.close();
    assertThat(stream.feedCount()).isZero();
  }
}
