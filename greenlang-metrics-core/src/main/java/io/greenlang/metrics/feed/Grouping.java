package io.greenlang.metrics.feed;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Merges the closed windows of series that differ only in tags that a subscription does not keep,
 * and routes what that comes to. What it merges was filtered before, by the tags that it had. Under
 * the channel's lock.
 */
final class Grouping {

  /** What makes two groupings differ; format and encoding do not. */
  record Key(TagFilter tags, SortedSet<NamePattern> names, SortedSet<String> groupBy) {

    /** The grouping that a subscription asks for; null if it asks for none. */
    static @Nullable Key of(Subscription subscription) {
      SortedSet<String> groupBy = subscription.groupBy();
      return groupBy == null ? null : new Key(subscription.tags(), subscription.names(), groupBy);
    }

    boolean matches(Series series) {
      return tags.matches(series.tags())
          && names.stream().anyMatch(pattern -> pattern.matches(series.name()));
    }
  }

  private final Key key;
  private final Aggregators aggregators;
  private final FeedRouter router;

  /** Of the window that is closing. */
  private final Groups merged;

  Grouping(Key key, Aggregators aggregators, FeedRouter router) {
    this.key = key;
    this.aggregators = aggregators;
    this.router = router;
    this.merged = new Groups(key.groupBy(), aggregators);
  }

  FeedRouter router() {
    return router;
  }

  /** Adds a series' window, if it is asked for. */
  void add(Series series, Aggregate aggregate) {
    if (key.matches(series)) {
      merged.add(series.name(), series.type(), series.tags(), aggregate);
    }
  }

  /** Routes what all series came to. */
  void close(long number, long startMillis) {
    router.begin(number);
    merged.drain(
        (group, aggregate) ->
            router.route(
                group.name(),
                group.type(),
                group.tags(),
                aggregate.value(),
                aggregate,
                startMillis));
    router.end();
  }

  /**
   * Notes what the windows came to that closed before anybody asked for this grouping.
   *
   * @param starts from a window's number to its start
   */
  void remember(SeriesTable ungrouped, LongUnaryOperator starts) {
    SortedMap<Long, Groups> byNumber = new TreeMap<>();
    for (Series series : ungrouped.all()) {
      Aggregate newest = series.newestAggregate;
      if (newest != null && key.matches(series)) {
        byNumber
            .computeIfAbsent(series.newestNumber, n -> new Groups(key.groupBy(), aggregators))
            .add(series.name(), series.type(), series.tags(), newest);
      }
    }
    // The oldest first, so that the newest stays.
    byNumber.forEach(
        (number, groups) ->
            groups.drain(
                (group, aggregate) ->
                    router.remember(
                        group.name(),
                        group.type(),
                        group.tags(),
                        aggregate,
                        starts.applyAsLong(number),
                        number)));
  }
}
