package io.greenlang.metrics.internal.aggregate;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The registry of a hub's aggregators, by metric type. It wraps every aggregator so that a failing
 * or slow one cannot harm the hub (see {@link Aggregator}). Any thread.
 */
public final class Aggregators {

  private final Map<MetricType, GuardedAggregator> byType = new HashMap<>();
  private final FailureLog unknown;

  private Aggregators(MetricsClock clock, Collection<? extends Aggregator> applicationAggregators) {
    unknown = new FailureLog("Missing aggregator", clock);
    List<Aggregator> all = new ArrayList<>(BuiltInAggregator.ALL);
    all.addAll(applicationAggregators);
    for (Aggregator aggregator : all) {
      GuardedAggregator guarded = new GuardedAggregator(aggregator, clock);
      if (byType.putIfAbsent(guarded.type(), guarded) != null) {
        throw new IllegalArgumentException(
            "metric type \""
                + guarded.type()
                + "\" already has an aggregator; give the application's type another name");
      }
    }
  }

  /**
   * Returns the built-in aggregators and those of the application.
   *
   * @throws IllegalArgumentException if two aggregators have the same type, or if a new aggregate
   *     is not empty
   */
  public static Aggregators of(
      MetricsClock clock, Collection<? extends Aggregator> applicationAggregators) {
    return new Aggregators(clock, applicationAggregators);
  }

  /** Returns the built-in aggregators. */
  public static Aggregators builtIn(MetricsClock clock) {
    return of(clock, List.of());
  }

  /**
   * Returns the aggregator of a metric type; null if there is none. A missing aggregator is counted
   * and logged.
   */
  public @Nullable Aggregator find(MetricType type) {
    Aggregator found = byType.get(type);
    if (found == null) {
      unknown.record(
          "metric type \"" + type + "\" has no aggregator registered with this hub", null);
    }
    return found;
  }

  /** Returns whether there is an aggregator for a metric type. */
  public boolean contains(MetricType type) {
    return byType.containsKey(type);
  }

  /**
   * Checks that the type of a metric has an aggregator.
   *
   * @throws IllegalArgumentException if it has none
   */
  public void requireKnownType(Metric metric) {
    if (!contains(metric.type())) {
      throw new IllegalArgumentException(
          "metric type \""
              + metric.type()
              + "\" of "
              + metric.channel()
              + " "
              + metric.name()
              + " has no aggregator; known types are "
              + typeNames()
              + "; register its aggregator with MetricsHub.builder().aggregator(...)");
    }
  }

  /** Returns the names of all metric types that have an aggregator. */
  public SortedSet<String> typeNames() {
    SortedSet<String> names = new TreeSet<>();
    byType.keySet().forEach(type -> names.add(type.name()));
    return names;
  }

  /** Returns the number of times that an aggregator failed, was slow, or was missing. */
  public long failures() {
    return unknown.count()
        + byType.values().stream().mapToLong(each -> each.failureLog.count()).sum();
  }

  /** Logs failures, at most one per minute of each aggregator. Not called under a lock. */
  public void logFailures() {
    unknown.flush();
    byType.values().forEach(each -> each.failureLog.flush());
  }
}
