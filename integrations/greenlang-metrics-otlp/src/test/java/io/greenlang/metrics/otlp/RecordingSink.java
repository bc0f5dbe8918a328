package io.greenlang.metrics.otlp;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A sink that keeps everything. Not thread-safe. */
final class RecordingSink implements MetricSink {

  final List<Metric> samples = new ArrayList<>();
  final List<MetricDescription> descriptions = new ArrayList<>();

  @Override
  public void publish(Collection<Metric> metrics) {
    samples.addAll(metrics);
  }

  @Override
  public void describe(Collection<MetricDescription> newDescriptions) {
    descriptions.addAll(newDescriptions);
  }
}
