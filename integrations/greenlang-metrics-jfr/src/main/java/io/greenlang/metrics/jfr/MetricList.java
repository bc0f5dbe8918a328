package io.greenlang.metrics.jfr;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The metrics of one collection, all on one channel. Used by one thread. */
final class MetricList {

  private final Channel channel;
  private final List<Metric> metrics = new ArrayList<>();

  MetricList(Channel channel) {
    this.channel = channel;
  }

  List<Metric> metrics() {
    return metrics;
  }

  void gauge(String name, double value, Tags tags) {
    metrics.add(Metric.gauge(channel, name, value, tags));
  }

  /** Adds a total of the JVM, which does not start with this source. */
  void counter(String name, long total, Tags tags) {
    metrics.add(Metric.counter(channel, name, (double) total, tags));
  }

  /** Adds a total of this source, which was zero at {@code start}. */
  void counter(String name, long total, Tags tags, Instant start) {
    metrics.add(Metric.counter(channel, name, (double) total, tags).startedAt(start));
  }

  /** Adds the observations since the previous collection, if there were any. */
  void distribution(String name, DistributionRecorder recorder, Tags tags) {
    Distribution distribution = recorder.drain();
    if (distribution != null) {
      metrics.add(Metric.distribution(channel, name, distribution, tags));
    }
  }
}
