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
record CollectedMetrics(Map<Key, Double> values) {

  record Key(String name, Tags tags) {}

  static CollectedMetrics of(Collection<Metric> metrics) {
    Map<Key, Double> values = new HashMap<>();
    for (Metric metric : metrics) {
      Double previous = values.put(new Key(metric.name(), metric.tags()), metric.value());
      assertThat(previous).as("%s %s is duplicated", metric.name(), metric.tags()).isNull();
    }
    return new CollectedMetrics(values);
  }

  double value(String name, Tags tags) {
    return Objects.requireNonNull(
        values.get(new Key(name, tags)), () -> name + " " + tags + " is not in " + names());
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>();
    values.keySet().forEach(key -> names.add(key.name()));
    return names;
  }

  /** Returns the distinct values of a tag. */
  Set<String> tagValues(String tag) {
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
