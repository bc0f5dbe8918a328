package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSink;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sink that stores the published metrics. */
final class RecordingSink implements MetricSink {

  final List<List<Metric>> publications = new CopyOnWriteArrayList<>();

  @Override
  public void publish(Collection<Metric> metrics) {
    publications.add(List.copyOf(metrics));
  }

  long countByName(String name) {
    return publications.stream()
        .flatMap(List::stream)
        .filter(metric -> metric.name().equals(name))
        .count();
  }
}
