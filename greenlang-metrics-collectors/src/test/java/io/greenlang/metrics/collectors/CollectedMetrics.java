package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Metrics of one collection, indexed by name and tags. */
public record CollectedMetrics(Map<Key, Double> values) {

  /** Name and tags of a series. */
  public record Key(String name, Tags tags) {}

  /** Indexes the metrics of one collection, and verifies that no series has two of them. */
  public static CollectedMetrics of(Collection<Metric> metrics) {
    Map<Key, Double> values = new HashMap<>();
    for (Metric metric : metrics) {
      Double previous = values.put(new Key(metric.name(), metric.tags()), metric.value());
      assertThat(previous).as("%s %s is duplicated", metric.name(), metric.tags()).isNull();
    }
    return new CollectedMetrics(values);
  }

  /** Returns the value of a series, which must be present. */
  public double value(String name, Tags tags) {
    return Objects.requireNonNull(
        values.get(new Key(name, tags)), () -> name + " " + tags + " is not in " + names());
  }

  /** Returns the names of all metrics. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    values.keySet().forEach(key -> names.add(key.name()));
    return names;
  }

  /** Returns the distinct values of a tag. */
  public Set<String> tagValues(String tag) {
    Set<String> result = new TreeSet<>();
    for (Key key : values.keySet()) {
      String value = key.tags().get(tag);
      if (value != null) {
        result.add(value);
      }
    }
    return result;
  }
}
