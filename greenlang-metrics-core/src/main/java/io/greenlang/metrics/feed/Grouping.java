package io.greenlang.metrics.feed;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.subscription.NamePattern;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.subscription.TagFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Merges the closed windows of series that differ only in tags that a subscription does not keep.
 * What it merges was filtered before, by the tags that it had. Under the channel's lock.
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

  private record Group(String name, MetricType type, Tags tags) {}

  private final Key key;
  private final Aggregators aggregators;
  private final FeedRouter router;

  /** Of the window that is closing. */
  private final Map<Group, Aggregate> merged = new LinkedHashMap<>();

  Grouping(Key key, Aggregators aggregators, FeedRouter router) {
    this.key = key;
    this.aggregators = aggregators;
    this.router = router;
  }

  FeedRouter router() {
    return router;
  }

  /** Adds a series' window, if it is asked for. */
  void add(Series series, Aggregate aggregate) {
    Aggregator aggregator = key.matches(series) ? aggregators.find(series.type()) : null;
    if (aggregator != null) {
      Group group = new Group(series.name(), series.type(), series.tags().keep(key.groupBy()));
      merged.computeIfAbsent(group, g -> aggregator.create()).combine(aggregate);
    }
  }

  /** Routes what all series came to. */
  void close(long offset, long nowNanos, long startMillis) {
    router.begin(offset, nowNanos);
    merged.forEach(
        (group, aggregate) -> {
          if (aggregate.count() > 0) {
            router.route(
                group.name(),
                group.type(),
                group.tags(),
                aggregate.value(),
                aggregate,
                startMillis);
          }
        });
    merged.clear();
    router.end();
  }
}
