package io.greenlang.metrics.feed;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.aggregate.Aggregators;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Merges aggregates of one stretch of time over the tags that are not kept. One thread. */
final class Groups {

  private final SortedSet<String> keep;
  private final Aggregators aggregators;
  private final Map<GroupedSeries, Aggregate> merged = new LinkedHashMap<>();

  Groups(SortedSet<String> keep, Aggregators aggregators) {
    this.keep = keep;
    this.aggregators = aggregators;
  }

  /** Adds what a series came to; it is not changed. */
  void add(String name, MetricType type, Tags tags, Aggregate aggregate) {
    Aggregator aggregator = aggregators.find(type);
    if (aggregator != null) {
      GroupedSeries group = new GroupedSeries(name, type, tags.keep(keep));
      merged.computeIfAbsent(group, g -> aggregator.create()).combine(aggregate);
    }
  }

  /** Hands over what each group that has a reading came to, and begins anew. */
  void drain(BiConsumer<GroupedSeries, Aggregate> action) {
    merged.forEach(
        (group, aggregate) -> {
          if (aggregate.count() > 0) {
            action.accept(group, aggregate);
          }
        });
    merged.clear();
  }
}
