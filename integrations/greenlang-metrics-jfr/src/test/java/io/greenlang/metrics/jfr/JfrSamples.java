package io.greenlang.metrics.jfr;

import static org.awaitility.Awaitility.await;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.core.ThrowingRunnable;

/** The samples of a source since it was created: latest values, and all distributions. */
final class JfrSamples implements AutoCloseable {

  private record Series(String name, Tags tags) {}

  private final JfrSource source;
  private final Map<Series, Double> values = new HashMap<>();
  private final Map<Series, List<Distribution>> distributions = new HashMap<>();

  /** Creates the samples of a source, whose recording then runs. */
  JfrSamples(JfrSource source) {
    this.source = source;
    collect();
  }

  Collection<Metric> collect() {
    Collection<Metric> collected = source.collect();
    for (Metric metric : collected) {
      Series series = new Series(metric.name(), metric.tags());
      values.put(series, metric.value());
      if (metric.detail() instanceof Distribution distribution) {
        distributions.computeIfAbsent(series, key -> new ArrayList<>()).add(distribution);
      }
    }
    return collected;
  }

  /** Collects until an assertion holds, for at most a minute. */
  void awaitThat(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              collect();
              assertion.run();
            });
  }

  /** Returns the latest value of a series; -1 if there is none. */
  double value(String name, String... tags) {
    return values.getOrDefault(new Series(name, Tags.of(tags)), -1.0);
  }

  /** Returns the number of observations of a series. */
  long count(String name, String... tags) {
    Tags wanted = Tags.of(tags);
    return count(name, wanted::equals);
  }

  /** Returns the number of observations of all series with matching tags. */
  long count(String name, Predicate<Tags> tags) {
    return all(name, tags).stream().mapToLong(Distribution::count).sum();
  }

  /** Returns the sum of the observations of all series with matching tags. */
  double sum(String name, Predicate<Tags> tags) {
    return all(name, tags).stream().mapToDouble(Distribution::sum).sum();
  }

  /** Returns the greatest observation of all series with matching tags; 0 if there is none. */
  double max(String name, Predicate<Tags> tags) {
    return all(name, tags).stream().mapToDouble(Distribution::max).max().orElse(0);
  }

  /** Returns the smallest observation of all series of a metric. */
  double min(String name) {
    return all(name, tags -> true).stream().mapToDouble(Distribution::min).min().orElse(0);
  }

  private List<Distribution> all(String name, Predicate<Tags> tags) {
    return distributions.entrySet().stream()
        .filter(entry -> entry.getKey().name.equals(name) && tags.test(entry.getKey().tags))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  @Override
  public void close() {
    source.close();
  }
}
