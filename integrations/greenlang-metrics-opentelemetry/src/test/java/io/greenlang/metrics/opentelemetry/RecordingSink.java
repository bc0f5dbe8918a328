package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A sink that keeps the samples of the last publication, and all descriptions. It ignores those
 * with which the SDK measures itself.
 */
final class RecordingSink implements MetricSink {

  private List<Metric> metrics = List.of();
  private final List<MetricDescription> descriptions = new ArrayList<>();

  @Override
  public synchronized void publish(Collection<Metric> published) {
    metrics = published.stream().filter(each -> !isOfSdk(each.name())).collect(Collectors.toList());
  }

  @Override
  public synchronized void describe(Collection<MetricDescription> added) {
    added.stream().filter(each -> !isOfSdk(each.name())).forEach(descriptions::add);
  }

  private static boolean isOfSdk(String name) {
    return name.startsWith("otel.sdk.");
  }

  synchronized List<Metric> metrics() {
    return metrics;
  }

  synchronized List<MetricDescription> descriptions() {
    return List.copyOf(descriptions);
  }

  List<String> names() {
    return metrics().stream().map(Metric::name).sorted().collect(Collectors.toList());
  }

  /** Returns the only sample with a name. */
  Metric only(String name) {
    List<Metric> found =
        metrics().stream().filter(each -> each.name().equals(name)).collect(Collectors.toList());
    if (found.size() != 1) {
      throw new AssertionError("expected one sample of " + name + " in " + metrics());
    }
    return found.get(0);
  }

  Distribution distribution(String name) {
    return (Distribution) Objects.requireNonNull(only(name).detail());
  }
}
