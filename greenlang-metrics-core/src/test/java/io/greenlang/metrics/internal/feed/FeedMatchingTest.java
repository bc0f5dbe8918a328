package io.greenlang.metrics.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.channel.PlainEncoder;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/**
 * Tests that a channel's series are matched with a feed in slices, between which others publish.
 */
class FeedMatchingTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final int SERIES = 2_000;

  /** A lock that runs an action whenever it is released, as a waiting publisher would. */
  private static final class InterleavedLock extends ReentrantLock {

    private static final long serialVersionUID = 1;

    private final transient Runnable action;
    private int releases;

    InterleavedLock(Runnable action) {
      this.action = action;
    }

    @Override
    public void unlock() {
      super.unlock();
      releases++;
      action.run();
    }
  }

  private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1_000_000_000_000L));
  private final FeedRouter router = TestRouters.create(CHANNEL, clock);
  private final InterleavedLock lock = new InterleavedLock(this::publishOne);
  private int seriesCount;
  private long publicationId;

  private Metric metric(int series) {
    return Metric.gauge(
            CHANNEL, "n" + series, 1, Tags.of("host", "h" + series, "parity", "p" + series % 2))
        .withTimestamp(Instant.ofEpochMilli(clock.wallTimeMillis()));
  }

  /** Publishes a new series. */
  private void publishOne() {
    router.beginBatch(++publicationId);
    router.route(metric(seriesCount++));
    router.endBatch();
  }

  /** Publishes all series, and returns how many metrics a feed selected. */
  private long publishAll(Feed feed) {
    long before = feed.ring().position().metrics();
    router.beginBatch(++publicationId);
    for (int i = 0; i < seriesCount; i++) {
      router.route(metric(i));
    }
    router.endBatch();
    return feed.ring().position().metrics() - before;
  }

  private Feed acquire(TagFilter filter, String... patterns) {
    TreeSet<NamePattern> names = new TreeSet<>();
    for (String pattern : patterns) {
      names.add(NamePattern.parse(pattern));
    }
    return router.acquire(
        new Subscription(CHANNEL, filter, names, null, null, Format.METRIC), PlainEncoder.INSTANCE);
  }

  @Test
  void match_newSeriesBetweenSlices_selectsEachSeriesOnce() {
    while (seriesCount < SERIES) {
      publishOne();
    }
    Feed feed = acquire(TagFilter.ALL, "*", "other");
    feed.match(lock, Integer.MAX_VALUE);

    assertThat(lock.releases).as("slices").isGreaterThanOrEqualTo(4);
    assertThat(seriesCount).as("new series between slices").isGreaterThan(SERIES);
    assertThat(publishAll(feed)).isEqualTo(seriesCount);
  }

  @Test
  void match_filterByTag_selectsSeriesWithTheTag() {
    while (seriesCount < SERIES) {
      publishOne();
    }
    Feed feed = acquire(TagFilter.of(Map.of("parity", Set.of("p1", "p7"))), "*");
    feed.match(lock, Integer.MAX_VALUE);

    assertThat(publishAll(feed)).isEqualTo(seriesCount / 2);
  }

  @Test
  void match_tagOfOneSeries_visitsOnlyThisSeries() {
    while (seriesCount < SERIES) {
      publishOne();
    }
    Feed feed = acquire(TagFilter.of(Map.of("host", Set.of("h7", "other"))), "*");
    feed.match(lock, Integer.MAX_VALUE);

    // A slice has at least one series, however slow the machine is. A scan of all takes more.
    assertThat(lock.releases).as("one to find the series, one to select it").isEqualTo(2);
    assertThat(publishAll(feed)).isOne();
  }

  @Test
  void match_notCompleted_selectsNothing() {
    publishOne();
    Feed feed = acquire(TagFilter.ALL, "*");

    assertThat(publishAll(feed)).isZero();
    feed.match(lock, Integer.MAX_VALUE);
    assertThat(publishAll(feed)).isEqualTo(seriesCount);
  }

  @Test
  void detach_lastReaderGone_leavesNoReference() {
    while (seriesCount < SERIES) {
      publishOne();
    }
    Feed feed = acquire(TagFilter.ALL, "*");
    feed.match(lock, Integer.MAX_VALUE);

    assertThat(router.release(feed)).isTrue();
    assertThat(publishAll(feed)).as("a closed feed selects nothing").isZero();
    feed.detach(lock);
    assertThat(router.table().slice(0, Integer.MAX_VALUE / 2))
        .noneMatch(series -> series.feeds().contains(feed));
  }
}
