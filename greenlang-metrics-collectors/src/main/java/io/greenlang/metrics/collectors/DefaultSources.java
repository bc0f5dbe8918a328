package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.cluster.DistributedMetricSource;
import io.greenlang.metrics.collectors.internal.cluster.TaskCounts;
import io.greenlang.metrics.collectors.internal.cluster.TaskQueueSource;
import io.greenlang.metrics.collectors.internal.jvm.JvmThreadSource;
import io.greenlang.metrics.hub.MetricsHub;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The standard sources of a collector, which {@link MetricCollectorBuilder#standardSources} adds,
 * and those of its task queues.
 */
final class DefaultSources {

  private final Tags tags;
  private final List<TaskQueueSource> queues;
  private final @Nullable MetricsHub hub;

  DefaultSources(MetricSink sink, Tags tags, List<TaskQueue> queues, MetricsClock clock) {
    this.tags = tags;
    this.hub = sink instanceof MetricsHub metricsHub ? metricsHub : null;
    this.queues = queues.stream().map(queue -> sourceOf(queue, clock)).toList();
  }

  /** Returns the source of one task queue. */
  static TaskQueueSource sourceOf(TaskQueue queue, MetricsClock clock) {
    return new TaskQueueSource(queue.name(), () -> countsOf(queue), clock);
  }

  /** Returns the counts of a queue; null if the application returns none. */
  private static @Nullable TaskCounts countsOf(TaskQueue queue) throws Exception {
    TaskQueue.@Nullable Counts counts = queue.counts();
    return counts == null
        ? null
        : new TaskCounts(counts.pending(), counts.running(), counts.completed(), counts.failed());
  }

  /** Returns the sources of the host, the JVM and the cluster. */
  List<MetricSource> all() {
    if (hub != null) {
      // So that clients can subscribe to it before its first collection.
      hub.addChannel(JvmMetricSource.CHANNEL.name());
    }
    List<MetricSource> sources = new ArrayList<>();
    sources.add(SystemMetricSource.create(tags));
    sources.add(JvmMetricSource.create());
    sources.add(new JvmThreadSource(JvmMetricSource.CHANNEL));
    sources.addAll(cluster(hub != null || !queues.isEmpty()));
    return sources;
  }

  /** Returns the sources of the queues, individually and in total; empty if there is no queue. */
  List<MetricSource> queueSources() {
    return cluster(!queues.isEmpty());
  }

  private List<MetricSource> cluster(boolean includeTotals) {
    List<MetricSource> sources = new ArrayList<>(queues);
    if (includeTotals) {
      sources.add(new DistributedMetricSource(hub == null ? null : hub::brokerState, queues));
    }
    return sources;
  }
}
