package io.greenlang.metrics.aggregate;

import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The aggregators of a hub, by the type that each is for. What it hands out is guarded: see {@link
 * Aggregator} for what that means. Any thread.
 */
public final class Aggregators {

  private final Map<MetricType, GuardedAggregator> byType = new HashMap<>();
  private final AggregatorFaults unknown;

  private Aggregators(MetricsClock clock, Collection<? extends Aggregator> added) {
    unknown = new AggregatorFaults("a type without an aggregator", clock);
    List<Aggregator> all = new ArrayList<>(BuiltIn.ALL);
    all.addAll(added);
    for (Aggregator each : all) {
      GuardedAggregator guarded = new GuardedAggregator(each, clock);
      if (byType.putIfAbsent(guarded.type(), guarded) != null) {
        throw new IllegalArgumentException(
            "metric type \""
                + guarded.type()
                + "\" has an aggregator already; give the host's type a name of its own");
      }
    }
  }

  /**
   * The built-in aggregators and those of the host.
   *
   * @throws IllegalArgumentException if two are for one type, or a new aggregate is not empty
   */
  public static Aggregators of(MetricsClock clock, Collection<? extends Aggregator> added) {
    return new Aggregators(clock, added);
  }

  /** The built-in aggregators. */
  public static Aggregators builtIn(MetricsClock clock) {
    return of(clock, List.of());
  }

  /** The aggregator of a type; null if there is none, which is counted and logged. */
  public @Nullable Aggregator find(MetricType type) {
    Aggregator found = byType.get(type);
    if (found == null) {
      unknown.count("metric type \"" + type + "\" has none registered with this hub", null);
    }
    return found;
  }

  /** Whether there is an aggregator for a type. */
  public boolean knows(MetricType type) {
    return byType.containsKey(type);
  }

  /** The names of the types that there is an aggregator for. */
  public SortedSet<String> typeNames() {
    SortedSet<String> names = new TreeSet<>();
    byType.keySet().forEach(type -> names.add(type.name()));
    return names;
  }

  /** How often an aggregator failed, was slow, or was missing. */
  public long failures() {
    return unknown.count() + byType.values().stream().mapToLong(each -> each.faults.count()).sum();
  }
}
