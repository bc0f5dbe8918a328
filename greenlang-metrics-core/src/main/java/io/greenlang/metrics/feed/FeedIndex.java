package io.greenlang.metrics.feed;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of a router, by a tag that a series must have for them to want it: a new series is
 * shown to those that may want it, and not to ten thousand that watch another host. (It was: with
 * 10,000 filters, 10,000 new series took the channel's lock for a minute.) Under that lock.
 */
final class FeedIndex {

  private final Map<Tag, Set<Feed>> byTag = new HashMap<>();

  /** Those whose filter asks for no tag. */
  private final Set<Feed> others = new LinkedHashSet<>();

  void add(Feed feed) {
    String key = feed.narrowestKey();
    if (key == null) {
      others.add(feed);
      return;
    }
    for (String value : feed.subscription.tags().values(key)) {
      byTag.computeIfAbsent(new Tag(key, value), tag -> new LinkedHashSet<>(2)).add(feed);
    }
  }

  void remove(Feed feed) {
    String key = feed.narrowestKey();
    if (key == null) {
      others.remove(feed);
      return;
    }
    for (String value : feed.subscription.tags().values(key)) {
      byTag.computeIfPresent(
          new Tag(key, value),
          (tag, feeds) -> {
            feeds.remove(feed);
            return feeds.isEmpty() ? null : feeds;
          });
    }
  }

  /** Gives a new series to the feeds that want it. */
  void show(Series series) {
    offer(series, others);
    series.tags().forEach((key, value) -> offer(series, byTag.get(new Tag(key, value))));
  }

  private static void offer(Series series, @Nullable Set<Feed> feeds) {
    if (feeds == null) {
      return;
    }
    for (Feed feed : feeds) {
      if (feed.wants(series.name(), series.tags())) {
        series.feeds.add(feed);
      }
    }
  }
}
