package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metric names under which an {@link OperationSnapshot} is published. */
final class TimingMetricNames {

  private final String total;
  private final String successful;
  private final String failed;
  private final String running;
  private final String successRate;
  private final String throughput;
  private final String min;
  private final String max;
  private final String avg;
  private final Map<String, String> percentiles;

  /**
   * Builds the names of one set of timings.
   *
   * @param prefix prepended to every name; empty for the total of all workflows or agents
   * @param count the counted events, such as {@code executions}
   * @param time the measured time, such as {@code duration}
   */
  TimingMetricNames(String prefix, String count, String time) {
    total = prefix + count + ".total";
    successful = prefix + count + ".successful";
    failed = prefix + count + ".failed";
    running = prefix + count + ".running";
    successRate = prefix + "success_rate";
    throughput = prefix + "throughput";
    String timePrefix = prefix + time + ".";
    min = timePrefix + "min";
    max = timePrefix + "max";
    avg = timePrefix + "avg";
    percentiles =
        Map.of("p50", timePrefix + "p50", "p95", timePrefix + "p95", "p99", timePrefix + "p99");
  }

  /**
   * Adds the metrics of a snapshot. If nothing ended within the window, the durations and the
   * success rate are unknown and therefore omitted.
   */
  void write(OperationSnapshot snapshot, SampleCollector samples) {
    samples.counter(total, snapshot.ended());
    samples.counter(successful, snapshot.successful);
    samples.counter(failed, snapshot.failed);
    samples.gauge(running, snapshot.running);
    samples.percent(successRate, snapshot.recentSuccessful, snapshot.recent());
    samples.gauge(throughput, snapshot.perSecond);
    if (snapshot.recent() > 0) {
      writeTimes(snapshot.durations, samples);
    }
  }

  private void writeTimes(Aggregate durations, SampleCollector samples) {
    samples.gauge(min, durations.min());
    samples.gauge(max, durations.max());
    samples.gauge(avg, durations.value());
    durations.forEachField(
        1,
        (detail, value) -> {
          @Nullable String name = percentiles.get(detail);
          if (name != null) {
            samples.gauge(name, value);
          }
        });
  }
}
