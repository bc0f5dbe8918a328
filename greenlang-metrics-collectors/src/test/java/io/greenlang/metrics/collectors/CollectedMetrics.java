package io.greenlang.metrics.collectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.CounterStart;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.SampleDetail;
import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Metrics of one collection, indexed by name and tags. */
public record CollectedMetrics(Map<Key, Double> values, Map<Key, SampleDetail> details) {

  /** Name and tags of a series. */
  public record Key(String name, Tags tags) {}

  /** Creates metrics that carry nothing beside their values. */
  public CollectedMetrics(Map<Key, Double> values) {
    this(values, Map.of());
  }

  /** Indexes the metrics of one collection, and verifies that no series has two of them. */
  public static CollectedMetrics of(Collection<Metric> metrics) {
    Map<Key, Double> values = new HashMap<>();
    Map<Key, SampleDetail> details = new HashMap<>();
    for (Metric metric : metrics) {
      Key key = new Key(metric.name(), metric.tags());
      Double previous = values.put(key, metric.value());
      assertThat(previous).as("%s %s is duplicated", metric.name(), metric.tags()).isNull();
      SampleDetail detail = metric.detail();
      if (detail != null) {
        details.put(key, detail);
      }
    }
    return new CollectedMetrics(values, details);
  }

  /** Returns the value of a series, which must be present. */
  public double value(String name, Tags tags) {
    return Objects.requireNonNull(
        values.get(new Key(name, tags)), () -> name + " " + tags + " is not in " + names());
  }

  /** Returns the distribution of a histogram. */
  Distribution distribution(String name, Tags tags) {
    return detail(Distribution.class, name, tags);
  }

  /** Returns the start of a counter. */
  Instant start(String name, Tags tags) {
    return detail(CounterStart.class, name, tags).time();
  }

  private <T extends SampleDetail> T detail(Class<T> type, String name, Tags tags) {
    SampleDetail detail = details.get(new Key(name, tags));
    assertThat(detail).as("%s %s of %s", name, tags, names()).isInstanceOf(type);
    return type.cast(Objects.requireNonNull(detail));
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
