package io.greenlang.metrics.internal.window;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** A merger of aggregates of one time range over the tags that are not kept. Used by one thread. */
public final class TagGroups {

  private final SortedSet<String> keptTags;
  private final Aggregators aggregators;
  private final Map<GroupKey, Aggregate> merged = new LinkedHashMap<>();

  public TagGroups(SortedSet<String> keptTags, Aggregators aggregators) {
    this.keptTags = keptTags;
    this.aggregators = aggregators;
  }

  /** Adds the aggregate of a series; the aggregate is not modified. */
  public void add(String name, MetricType type, Tags tags, Aggregate aggregate) {
    Aggregator aggregator = aggregators.find(type);
    if (aggregator != null) {
      GroupKey group = new GroupKey(name, type, tags.retainKeys(keptTags));
      merged.computeIfAbsent(group, g -> aggregator.create()).mergeSeries(aggregate);
    }
  }

  /** Passes each group that has samples to {@code action}, and clears the groups. */
  public void drain(BiConsumer<GroupKey, Aggregate> action) {
    merged.forEach(
        (group, aggregate) -> {
          if (aggregate.count() > 0) {
            action.accept(group, aggregate);
          }
        });
    merged.clear();
  }
}
