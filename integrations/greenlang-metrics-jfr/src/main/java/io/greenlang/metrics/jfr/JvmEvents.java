package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All kinds of events that a source receives, and the metrics that they become. The metrics outlive
 * the recordings.
 */
final class JvmEvents {

  private final List<EventGroup> groups;
  private final List<EventType> types = new ArrayList<>();
  private final List<Tags> tags;
  private final int maxEventsPerSecond;

  JvmEvents(JfrSourceBuilder builder) {
    groups =
        List.of(
            new GcPauses(),
            AllocationTotal.orSamples(builder.allocationSamplesPerSecond),
            new ThreadWaits(builder),
            new Safepoints(),
            new RuntimeCounts(),
            IoDurations.ofSockets(builder.socketThreshold),
            IoDurations.ofFiles(builder.fileThreshold));
    groups.forEach(group -> types.addAll(group.types()));
    tags = types.stream().map(type -> Tags.of("event", type.shortName())).toList();
    maxEventsPerSecond = builder.maxEventsPerSecond;
  }

  List<EventType> types() {
    return types;
  }

  int maxEventsPerSecond() {
    return maxEventsPerSecond;
  }

  /** Notifies the metrics of the start of a recording, before its first event. */
  void recordingStarts() {
    groups.forEach(EventGroup::recordingStarts);
  }

  /** Adds all metrics. One thread at a time. */
  void addTo(MetricList metrics) {
    groups.forEach(group -> group.addTo(metrics));
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i).exists()) {
        addTo(metrics, types.get(i), tags.get(i));
      }
    }
  }

  private static void addTo(MetricList metrics, EventType type, Tags tags) {
    metrics.counter("jfr.events", type.events(), tags);
    Duration threshold = type.currentThreshold();
    if (threshold != null) {
      metrics.gauge("jfr.threshold", threshold.toNanos() / 1e6, tags);
    }
  }
}
