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

/** A merger of aggregates of one time range over the tags that are not kept. Used by one thread. */
final class Groups {

  private final SortedSet<String> keptTags;
  private final Aggregators aggregators;
  private final Map<GroupedSeries, Aggregate> merged = new LinkedHashMap<>();

  Groups(SortedSet<String> keptTags, Aggregators aggregators) {
    this.keptTags = keptTags;
    this.aggregators = aggregators;
  }

  /** Adds the aggregate of a series; the aggregate is not modified. */
  void add(String name, MetricType type, Tags tags, Aggregate aggregate) {
    Aggregator aggregator = aggregators.find(type);
    if (aggregator != null) {
      GroupedSeries group = new GroupedSeries(name, type, tags.keep(keptTags));
      merged.computeIfAbsent(group, g -> aggregator.create()).combine(aggregate);
    }
  }

  /** Passes each group that has samples to {@code action}, and clears the groups. */
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
