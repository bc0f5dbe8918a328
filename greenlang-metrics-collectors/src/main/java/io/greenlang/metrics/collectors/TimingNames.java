package io.greenlang.metrics.collectors;

import io.greenlang.metrics.aggregate.Aggregate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How what a {@link Summary} says is called on the wire, and what of it is published. */
final class TimingNames {

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
   * @param prefix before every name; empty for all workflows or agents together
   * @param count what is counted, such as {@code executions}
   * @param time what is timed, such as {@code duration}
   */
  TimingNames(String prefix, String count, String time) {
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
   * Publishes a summary. Where nothing ended in the window there are no times and no rate of
   * success: nobody knows them.
   */
  void write(Summary summary, Readings readings) {
    readings.counter(total, summary.total());
    readings.counter(successful, summary.successful);
    readings.counter(failed, summary.failed);
    readings.gauge(running, summary.running);
    readings.percent(successRate, summary.recentSuccessful, summary.recent());
    readings.gauge(throughput, summary.perSecond);
    if (summary.recent() > 0) {
      writeTimes(summary.durations, readings);
    }
  }

  private void writeTimes(Aggregate times, Readings readings) {
    readings.gauge(min, times.min());
    readings.gauge(max, times.max());
    readings.gauge(avg, times.value());
    times.describe(
        1,
        (detail, value) -> {
          @Nullable String name = percentiles.get(detail);
          if (name != null) {
            readings.gauge(name, value);
          }
        });
  }
}
