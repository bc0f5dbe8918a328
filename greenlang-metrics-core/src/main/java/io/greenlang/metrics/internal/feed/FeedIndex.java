package io.greenlang.metrics.internal.feed;

import io.greenlang.metrics.internal.util.SeriesKey;
import io.greenlang.metrics.subscription.NamePattern;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An index of a router's feeds by a tag that a series must have to match, and by the patterns of
 * its name. A new series is compared only with feeds of which a pattern matches its name, not with
 * the ten thousand feeds of other names and hosts. Without the index, 10,000 filters and 10,000 new
 * series held the channel lock for a minute. Used under that lock.
 */
final class FeedIndex {

  private final Map<SeriesTable.Tag, ByPattern> byTag = new HashMap<>();

  /** The feeds whose filter requires no tag. */
  private final ByPattern untagged = new ByPattern();

  /** Feeds by the patterns of their names. */
  private static final class ByPattern {

    private final Map<String, Set<Feed>> feeds = new HashMap<>(2);

    void add(Feed feed) {
      for (NamePattern pattern : feed.subscription().names()) {
        feeds.computeIfAbsent(pattern.toString(), text -> new LinkedHashSet<>(2)).add(feed);
      }
    }

    /** Removes a feed, and returns whether none is left. */
    boolean remove(Feed feed) {
      for (NamePattern pattern : feed.subscription().names()) {
        feeds.computeIfPresent(
            pattern.toString(),
            (text, same) -> {
              same.remove(feed);
              return same.isEmpty() ? null : same;
            });
      }
      return isEmpty();
    }

    boolean isEmpty() {
      return feeds.isEmpty();
    }

    /** Adds the feeds with a pattern that matches a name: itself, a prefix up to a dot, or all. */
    void collect(String name, Set<Feed> target) {
      collect(feeds.get(name), target);
      collect(feeds.get("*"), target);
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        collect(feeds.get(name.substring(0, dot + 1) + "*"), target);
      }
    }

    private static void collect(@Nullable Set<Feed> source, Set<Feed> target) {
      if (source != null) {
        target.addAll(source);
      }
    }
  }

  void add(Feed feed) {
    String key = feed.requiredTagKey();
    if (key == null) {
      untagged.add(feed);
      return;
    }
    for (String value : feed.subscription().tags().values(key)) {
      byTag.computeIfAbsent(new SeriesTable.Tag(key, value), tag -> new ByPattern()).add(feed);
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
          new SeriesTable.Tag(key, value), (tag, feeds) -> feeds.remove(feed) ? null : feeds);
    }
  }

  /** Adds a new series to the feeds that match it. */
  void addSeries(Series series) {
    for (Feed feed : candidates(series.key())) {
      if (feed.matches(series)) {
        feed.addTo(series);
      }
    }
  }

  /** Returns the feeds that a series is compared with. */
  Set<Feed> candidates(SeriesKey series) {
    if (untagged.isEmpty() && byTag.isEmpty()) {
      return Set.of(); // new windows have 100,000 new series, and mostly no feed
    }
    Set<Feed> candidates = new LinkedHashSet<>();
    untagged.collect(series.name(), candidates);
    if (byTag.isEmpty()) {
      return candidates;
    }
    series
        .tags()
        .forEach(
            (key, value) -> {
              ByPattern tagged = byTag.get(new SeriesTable.Tag(key, value));
              if (tagged != null) {
                tagged.collect(series.name(), candidates);
              }
            });
    return candidates;
  }
}
