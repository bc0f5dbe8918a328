package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.FeedRouter;
import io.greenlang.metrics.internal.feed.Series;
import io.greenlang.metrics.internal.feed.SeriesTable;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@code group by} view: it merges the closed windows of series that differ only in tags that the
 * subscription does not keep, and routes the merged windows. Series are filtered by their original
 * tags before merging. Used under the channel lock.
 */
final class GroupBy {

  /** The identity of a grouping; subscriptions that differ only in format or encoding share it. */
  record Key(TagFilter tags, SortedSet<NamePattern> names, SortedSet<String> groupBy) {

    /** Returns the grouping that a subscription requests; null if it requests none. */
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

  /** The groups of the window that is closing. */
  private final TagGroups merged;

  GroupBy(Key key, Aggregators aggregators, FeedRouter router) {
    this.key = key;
    this.aggregators = aggregators;
    this.router = router;
    this.merged = new TagGroups(key.groupBy(), aggregators);
  }

  FeedRouter router() {
    return router;
  }

  /** Adds the window of a series if the grouping matches it. */
  void add(Series series, Aggregate aggregate) {
    if (key.matches(series)) {
      merged.add(series.name(), series.type(), series.tags(), aggregate);
    }
  }

  /** Routes the merged windows of all groups. */
  void closeWindow(long windowNumber, long startMillis) {
    router.beginBatch(windowNumber);
    merged.drain(
        (group, aggregate) ->
            router.route(
                group.name(),
                group.type(),
                group.tags(),
                aggregate.value(),
                aggregate,
                startMillis));
    router.endBatch();
  }

  /**
   * Records the latest windows that closed before this grouping was first requested.
   *
   * @param toStart maps a window number to the start of the window
   */
  void seedLatest(SeriesTable ungrouped, LongUnaryOperator toStart) {
    SortedMap<Long, TagGroups> byNumber = new TreeMap<>();
    for (Series series : ungrouped.all()) {
      Aggregate latest = series.latestAggregate;
      if (latest != null && key.matches(series)) {
        byNumber
            .computeIfAbsent(
                series.latestPublicationId,
                windowNumber -> new TagGroups(key.groupBy(), aggregators))
            .add(series.name(), series.type(), series.tags(), latest);
      }
    }
    // Oldest first, so that the latest value remains.
    byNumber.forEach(
        (windowNumber, groups) ->
            groups.drain(
                (group, aggregate) ->
                    router.seedLatest(
                        group.name(),
                        group.type(),
                        group.tags(),
                        aggregate,
                        toStart.applyAsLong(windowNumber),
                        windowNumber)));
  }
}
