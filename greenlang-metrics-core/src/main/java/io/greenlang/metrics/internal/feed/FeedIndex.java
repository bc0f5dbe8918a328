package io.greenlang.metrics.internal.feed;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An index of a router's feeds by a tag that a series must have to match. A new series is offered
 * only to the feeds that may match it, not to ten thousand feeds of other hosts. Without the index,
 * 10,000 filters and 10,000 new series held the channel lock for a minute. Used under that lock.
 */
final class FeedIndex {

  private final Map<SeriesTable.Tag, Set<Feed>> byTag = new HashMap<>();

  /** The feeds whose filter requires no tag. */
  private final Set<Feed> untagged = new LinkedHashSet<>();

  void add(Feed feed) {
    String key = feed.requiredTagKey();
    if (key == null) {
      untagged.add(feed);
      return;
    }
    for (String value : feed.subscription().tags().values(key)) {
      byTag
          .computeIfAbsent(new SeriesTable.Tag(key, value), tag -> new LinkedHashSet<>(2))
          .add(feed);
    }
  }

  void remove(Feed feed) {
    String key = feed.requiredTagKey();
    if (key == null) {
      untagged.remove(feed);
      return;
    }
    for (String value : feed.subscription().tags().values(key)) {
      byTag.computeIfPresent(
          new SeriesTable.Tag(key, value),
          (tag, feeds) -> {
            feeds.remove(feed);
            return feeds.isEmpty() ? null : feeds;
          });
    }
  }

  /** Adds a new series to the feeds that match it. */
  void addSeries(Series series) {
    offer(series, untagged);
    series
        .key()
        .tags()
        .forEach((key, value) -> offer(series, byTag.get(new SeriesTable.Tag(key, value))));
  }

  private static void offer(Series series, @Nullable Set<Feed> feeds) {
    if (feeds == null) {
      return;
    }
    for (Feed feed : feeds) {
      if (feed.matches(series)) {
        feed.addTo(series);
      }
    }
  }
}
