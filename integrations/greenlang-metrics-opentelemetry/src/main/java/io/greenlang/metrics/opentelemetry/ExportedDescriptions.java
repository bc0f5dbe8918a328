package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The units and descriptions of the exported metrics, which are passed on once. The first
 * instrument of a name describes it. Confined to the thread that exports.
 */
final class ExportedDescriptions {

  private final Channel channel;
  private final Set<String> names = new HashSet<>();
  private final List<MetricDescription> pending = new ArrayList<>();

  ExportedDescriptions(Channel channel) {
    this.channel = channel;
  }

  /** Adds a metric, unless its name is known. */
  void add(String name, String unit, String text) {
    if (names.size() < MetricDescription.MAX_PER_CHANNEL && names.add(name)) {
      MetricDescription description = MetricDescription.imported(channel, name, unit, text);
      if (description != null) {
        pending.add(description);
      }
    }
  }

  /**
   * Passes new descriptions to a sink.
   *
   * @throws RuntimeException if the sink fails; the next call tries again
   */
  void passTo(MetricSink sink) {
    if (!pending.isEmpty()) {
      sink.describe(List.copyOf(pending));
      pending.clear();
    }
  }
}
