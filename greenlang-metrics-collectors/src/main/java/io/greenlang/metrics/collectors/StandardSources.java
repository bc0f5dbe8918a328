package io.greenlang.metrics.collectors;

import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import io.greenlang.metrics.hub.MetricsHub;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sources that a collector knows by itself. */
final class StandardSources {

  private final Tags tags;
  private final List<TaskQueueSource> queues;
  private final @Nullable MetricsHub hub;

  StandardSources(MetricSink sink, Tags tags, List<TaskQueue> queues, MetricsClock clock) {
    this.tags = tags;
    this.hub = sink instanceof MetricsHub known ? known : null;
    this.queues = queues.stream().map(queue -> new TaskQueueSource(queue, clock)).toList();
  }

  /** The host, the virtual machine, the cluster. */
  List<MetricSource> all() {
    if (hub != null) {
      hub.addChannel(JvmMetricSource.CHANNEL.name()); // known before its first reading
    }
    List<MetricSource> sources = new ArrayList<>();
    sources.add(SystemMetricSource.create(tags));
    sources.add(JvmMetricSource.create());
    sources.add(new JvmThreadSource());
    sources.addAll(cluster(hub != null || !queues.isEmpty()));
    return sources;
  }

  /** The queues, each by itself and all together; nothing where there is none. */
  List<MetricSource> ofQueues() {
    return cluster(!queues.isEmpty());
  }

  private List<MetricSource> cluster(boolean known) {
    List<MetricSource> sources = new ArrayList<>(queues);
    if (known) {
      sources.add(new DistributedMetricSource(hub == null ? null : hub::brokerState, queues));
    }
    return sources;
  }
}
