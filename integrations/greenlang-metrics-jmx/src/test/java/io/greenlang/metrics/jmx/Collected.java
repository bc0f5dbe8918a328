package io.greenlang.metrics.jmx;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The samples of one collection. */
record Collected(List<Metric> metrics) {

  static Collected from(JmxSource source) throws InterruptedException {
    return new Collected(List.copyOf(source.collect()));
  }

  /** Returns the values by name and tags; fails if two samples have the same series. */
  Map<String, Double> values() {
    return metrics.stream()
        .collect(Collectors.toMap(each -> each.name() + " " + each.tags(), Metric::value));
  }

  double value(String name, String... tags) {
    return values().getOrDefault(name + " " + Tags.of(tags), Double.NaN);
  }

  List<String> names() {
    return metrics.stream().map(Metric::name).distinct().sorted().toList();
  }
}
