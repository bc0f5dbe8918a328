package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.collectors.internal.support.SampleCollector;

/** Metric names under which an {@link OperationSnapshot} is published. */
final class TimingMetricNames {

  private final String total;
  private final String successful;
  private final String failed;
  private final String running;
  private final String successRate;
  private final String throughput;
  private final String time;

  /**
   * Builds the names of one set of timings.
   *
   * @param prefix prepended to every name; empty for the total of all workflows or agents
   * @param count the counted events, such as {@code executions}
   * @param time the measured time, such as {@code duration}
   */
  TimingMetricNames(String prefix, String count, String time) {
    this.total = prefix + count + ".total";
    this.successful = prefix + count + ".successful";
    this.failed = prefix + count + ".failed";
    this.running = prefix + count + ".running";
    this.successRate = prefix + "success_rate";
    this.throughput = prefix + "throughput";
    this.time = prefix + time;
  }

  /**
   * Adds the metrics of a snapshot. If nothing ended within the window, the success rate is unknown
   * and therefore omitted. If nothing ended since the previous collection, there are no durations.
   */
  void write(OperationSnapshot snapshot, SampleCollector samples) {
    samples.counter(total, snapshot.ended(), snapshot.start());
    samples.counter(successful, snapshot.successful, snapshot.start());
    samples.counter(failed, snapshot.failed, snapshot.start());
    samples.gauge(running, snapshot.running);
    samples.percent(successRate, snapshot.recentSuccessful, snapshot.recent());
    samples.gauge(throughput, snapshot.perSecond);
    if (snapshot.durations != null) {
      samples.distribution(time, snapshot.durations);
    }
  }
}
