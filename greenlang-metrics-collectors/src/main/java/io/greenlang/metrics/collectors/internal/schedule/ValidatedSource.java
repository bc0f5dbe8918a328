package io.greenlang.metrics.collectors.internal.schedule;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Application's source whose metrics are validated, timestamped and tagged as they enter, so that
 * no later code has to validate a metric. Used by one thread at a time.
 */
public final class ValidatedSource {

  /** The maximum number of metrics of one collection: the default limit of series per channel. */
  static final int MAX_METRICS = 100_000;

  private static final int MAX_CACHED_TAGS = 4096;

  private final String name;
  private final MetricSource source;
  private final @Nullable Channel demandChannel;
  private final CommonTags commonTags;
  private final MetricsClock clock;

  /**
   * Cache of merged tags. Merging costs more than reading most values, and the same tags recur at
   * each tick.
   */
  private final Map<Tags, Tags> mergedTags = new HashMap<>();

  private int droppedMetrics;
  private int rejectedMetrics;

  /** The reason why the last collection has lost a metric; null if it has lost none. */
  private @Nullable IllegalArgumentException rejection;

  /** The descriptions that the source returned last. */
  private Collection<MetricDescription> descriptions = List.of();

  /**
   * Creates a validated source.
   *
   * @param name the source's name, which is unique within the collector
   */
  public ValidatedSource(
      String name, MetricSource source, CommonTags commonTags, MetricsClock clock) {
    this.name = name;
    this.source = source;
    this.demandChannel = source.demandChannel();
    this.commonTags = commonTags;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  /** Returns the channel without whose subscribers the source is not collected; null if none. */
  @Nullable Channel demandChannel() {
    return demandChannel;
  }

  /** Returns the number of metrics of the last collection that exceeded the limit. */
  int droppedMetrics() {
    return droppedMetrics;
  }

  /**
   * Returns the number of metrics of the last collection that have too many tags together with the
   * common ones.
   */
  int rejectedMetrics() {
    return rejectedMetrics;
  }

  /** Returns why the first of {@link #rejectedMetrics} was left out; null if there are none. */
  @Nullable IllegalArgumentException rejection() {
    return rejection;
  }

  /**
   * Collects from the source. A metric that has too many tags together with the common ones is left
   * out: the source may have drained its observations, so the others must not be lost with it.
   *
   * @return a copy of the first {@value #MAX_METRICS} metrics, which the source can no longer
   *     change
   * @throws IllegalStateException if the source returns null or a null metric
   * @throws Exception any exception thrown by the source
   */
  List<Metric> collect() throws Exception {
    Instant startTime = Instant.ofEpochMilli(clock.wallTimeMillis());
    @Nullable Collection<Metric> collected = source.collect();
    if (collected == null) {
      throw new IllegalStateException(
          "source \"" + name + "\" returned null; return an empty list if there are no metrics");
    }
    return complete(collected, startTime);
  }

  /**
   * Returns the descriptions of the source's metrics; null if it returned the same collection
   * before.
   *
   * @throws IllegalStateException if the source returns null
   */
  @Nullable Collection<MetricDescription> newDescriptions() {
    @Nullable Collection<MetricDescription> current = source.descriptions();
    if (current == null) {
      throw new IllegalStateException(
          "source \""
              + name
              + "\" returned null descriptions; return an empty list if it has none");
    }
    if (current == descriptions) {
      return null;
    }
    descriptions = current;
    return current;
  }

  private List<Metric> complete(Collection<Metric> collected, Instant startTime) {
    droppedMetrics = 0;
    rejectedMetrics = 0;
    rejection = null;
    List<Metric> metrics = new ArrayList<>();
    int visited = 0; // some of them may be rejected
    for (@Nullable Metric metric : collected) {
      if (metrics.size() == MAX_METRICS) {
        droppedMetrics = Math.max(1, collected.size() - visited);
        break;
      }
      if (metric == null) {
        throw new IllegalStateException(
            "source \"" + name + "\" returned null as element " + visited + " of its list");
      }
      visited++;
      @Nullable Tags tags = withCommon(metric);
      if (tags != null) {
        metrics.add(complete(metric, tags, startTime));
      }
    }
    return metrics;
  }

  private static Metric complete(Metric metric, Tags tags, Instant startTime) {
    Instant timestamp = metric.timestamp() == null ? startTime : metric.timestamp();
    return new Metric(
        metric.channel(),
        metric.name(),
        metric.type(),
        metric.value(),
        timestamp,
        tags,
        metric.detail());
  }

  /** Returns the tags of a metric with the common ones; null if they are too many. */
  private @Nullable Tags withCommon(Metric metric) {
    if (mergedTags.size() >= MAX_CACHED_TAGS) {
      mergedTags.clear();
    }
    try {
      return mergedTags.computeIfAbsent(metric.tags(), commonTags::mergedWith);
    } catch (IllegalArgumentException e) {
      reject(metric, e);
      return null;
    }
  }

  private void reject(Metric metric, IllegalArgumentException reason) {
    rejectedMetrics++;
    if (rejection == null) {
      rejection =
          new IllegalArgumentException(
              "metric \""
                  + metric.name()
                  + "\" with the common tags: "
                  + reason.getMessage()
                  + "; remove tags of the metric or of the collector",
              reason);
    }
  }
}
