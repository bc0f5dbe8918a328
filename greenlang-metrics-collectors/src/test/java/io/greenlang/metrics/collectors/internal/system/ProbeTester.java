package io.greenlang.metrics.collectors.internal.system;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.CollectedMetrics;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;

/** Collector of the metrics of one probe. */
final class ProbeTester {

  private final SystemProbes.Probe probe;
  private CollectedMetrics latest = CollectedMetrics.of(java.util.List.of());

  ProbeTester(SystemProbes.Probe probe) {
    this.probe = probe;
  }

  /** Runs one collection. */
  CollectedMetrics collect() {
    SampleCollector samples = new SampleCollector(Channel.SYSTEM, new CachedTags(Tags.empty()));
    probe.read(samples);
    latest = CollectedMetrics.of(samples.metrics());
    return latest;
  }

  /** Returns a value of the latest collection without tags. */
  double value(String name) {
    return latest.value(name, Tags.empty());
  }
}
