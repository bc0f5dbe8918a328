package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A host's source, with what it returns checked, timed and tagged at the edge, so that nothing
 * behind it has to distrust a metric. One thread at a time.
 */
final class CheckedSource {

  private final String name;
  private final MetricSource source;
  private final Tags common;
  private final MetricsClock clock;

  CheckedSource(String name, MetricSource source, Tags common, MetricsClock clock) {
    this.name = name;
    this.source = source;
    this.common = common;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  /**
   * Reads now.
   *
   * @return a copy, which the source cannot change any more
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
    List<Metric> metrics = new ArrayList<>(readings.size());
    for (@Nullable Metric metric : readings) {
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

  /** A metric knows its own dimensions better than the collector does: its own tags win. */
  private Tags withCommon(Tags own) {
    Map<String, String> merged = new TreeMap<>(common.asMap());
    merged.putAll(own.asMap());
    return merged.size() == own.size() ? own : Tags.of(merged);
  }
}
