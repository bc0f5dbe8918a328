package io.greenlang.metrics.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.internal.channel.PlainEncoder;
import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests that a new series is added to the feeds that match it, and compared with few others. */
class FeedIndexTest {

  private static final Channel CHANNEL = new Channel("test.metrics");
  private static final List<String> PATTERNS =
      List.of("*", "cpu.*", "cpu", "cpu.load", "cpu.load.*", "cpu.load.1m", "mem.*", "memory");

  private final FeedRouter router = TestRouters.create(CHANNEL, new ManualClock(Instant.EPOCH));
  private final FeedIndex index = new FeedIndex();
  private long nextId;

  private Feed add(Map<String, Set<String>> tags, Set<String> groupBy, Collection<String> names) {
    TreeSet<NamePattern> patterns = new TreeSet<>();
    names.forEach(name -> patterns.add(NamePattern.parse(name)));
    Feed feed =
        router.acquire(
            new Subscription(
                CHANNEL,
                TagFilter.of(tags),
                patterns,
                groupBy.isEmpty() ? null : Interval.ONE_SECOND,
                groupBy.isEmpty() ? null : new TreeSet<>(groupBy),
                Format.METRIC),
            PlainEncoder.INSTANCE);
    index.add(feed);
    return feed;
  }

  private Series series(String name, Tags tags) {
    SeriesKey key = new SeriesKey(CHANNEL, name, MetricType.GAUGE, tags);
    Series series = new Series(nextId++, key, List.of());
    index.addSeries(series);
    return series;
  }

  @Test
  void addSeries_anyViews_addsExactlyThoseThatMatch() {
    List<Feed> feeds = new ArrayList<>();
    for (int i = 1; i < 1 << PATTERNS.size(); i += 7) {
      List<String> names = new ArrayList<>();
      for (int bit = 0; bit < PATTERNS.size(); bit++) {
        if ((i >> bit & 1) == 1) {
          names.add(PATTERNS.get(bit));
        }
      }
      feeds.add(add(Map.of(), Set.of(), names));
      feeds.add(add(Map.of("host", Set.of("a", "b")), Set.of(), names));
      feeds.add(add(Map.of("host", Set.of("c")), Set.of("host"), names));
    }
    for (int i = feeds.size() - 1; i >= 0; i -= 5) {
      index.remove(feeds.remove(i));
    }
    for (String name :
        List.of("cpu", "cpu.load", "cpu.load.1m", "cpu.x.y", "mem.", "memory", "x")) {
      for (Tags tags : List.of(Tags.empty(), Tags.of("host", "b"), Tags.of("host", "c"))) {
        Series series = series(name, tags);
        assertThat(series.feeds())
            .as(name + tags)
            .doesNotHaveDuplicates()
            .containsExactlyInAnyOrderElementsOf(
                feeds.stream().filter(feed -> feed.matches(series)).toList());
      }
    }
  }

  @Test
  void addSeries_tenThousandViewsOfOtherNames_isComparedWithNoneOfThem() {
    for (int i = 0; i < 10_000; i++) {
      add(Map.of(), Set.of(), List.of("cpu" + i + ".*", "memory" + i));
    }
    Feed matching = add(Map.of(), Set.of(), List.of("cpu.*"));
    Feed otherHost = add(Map.of("host", Set.of("a")), Set.of(), List.of("cpu.*", "x"));
    SeriesKey key = new SeriesKey(CHANNEL, "cpu.load", MetricType.GAUGE, Tags.of("host", "b"));

    assertThat(index.candidates(key)).containsExactly(matching);
    assertThat(index.candidates(key)).doesNotContain(otherHost);
  }

  @Test
  void remove_lastFeed_leavesNothing() {
    Feed feed = add(Map.of("host", Set.of("a", "b")), Set.of(), PATTERNS);
    index.remove(feed);

    assertThat(series("cpu.load", Tags.of("host", "a")).feeds()).isEmpty();
  }
}
