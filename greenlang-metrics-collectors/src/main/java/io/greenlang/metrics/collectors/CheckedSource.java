package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A host's source, with what it returns checked, timed and tagged at the edge, so that nothing
 * behind it has to distrust a metric. One thread at a time.
 */
final class CheckedSource {

  /** As many as a channel has series unless it is told otherwise. */
  static final int MAX_METRICS = 100_000;

  private static final int MAX_KEPT_TAGS = 4096;

  private final String name;
  private final MetricSource source;
  private final CommonTags common;
  private final MetricsClock clock;

  /** Merging tags costs more than reading most numbers, and the same come again at each tick. */
  private final Map<Tags, Tags> merged = new HashMap<>();

  private int dropped;

  CheckedSource(String name, MetricSource source, CommonTags common, MetricsClock clock) {
    this.name = name;
    this.source = source;
    this.common = common;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  /** How many metrics of the last reading there was no room for. */
  int dropped() {
    return dropped;
  }

  /**
   * Reads now.
   *
   * @return a copy, which the source cannot change any more, of the first {@value #MAX_METRICS}
   * @throws IllegalStateException if the source returns null or a null metric
   * @throws Exception whatever the source throws
   */
  List<Metric> read() throws Exception {
    Instant began = Instant.ofEpochMilli(clock.wallMillis());
    @Nullable Collection<Metric> readings = source.collect();
    if (readings == null) {
      throw new IllegalStateException(
          "source \"" + name + "\" returned null; with nothing to report, return an empty list");
    }
    dropped = 0;
    List<Metric> metrics = new ArrayList<>();
    for (@Nullable Metric metric : readings) {
      if (metrics.size() == MAX_METRICS) {
        dropped = Math.max(1, readings.size() - MAX_METRICS);
        break;
      }
      if (metric == null) {
        throw new IllegalStateException(
            "source \"" + name + "\" returned null as metric " + metrics.size() + " of its list");
      }
      metrics.add(complete(metric, began));
    }
    return metrics;
  }

  private Metric complete(Metric metric, Instant began) {
    Instant time = metric.timestamp() == null ? began : metric.timestamp();
    Tags tags = withCommon(metric.tags());
    return new Metric(metric.channel(), metric.name(), metric.type(), metric.value(), time, tags);
  }

  private Tags withCommon(Tags own) {
    if (merged.size() >= MAX_KEPT_TAGS) {
      merged.clear();
    }
    return merged.computeIfAbsent(own, common::mergedWith);
  }
}
