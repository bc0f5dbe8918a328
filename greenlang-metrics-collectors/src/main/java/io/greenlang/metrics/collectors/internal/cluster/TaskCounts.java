package io.greenlang.metrics.collectors.internal.cluster;

import io.greenlang.metrics.collectors.internal.support.SampleCollector;

/** Counts of a task queue, or of all queues together. A negative number is unknown. */
public record TaskCounts(long pending, long running, long completed, long failed) {

  /** The metric names: of the total over all queues, and of each queue. */
  enum Names {
    ALL_QUEUES(""),
    SINGLE_QUEUE("queue.");

    private final String pending;
    private final String running;
    private final String completed;
    private final String failed;
    private final String throughput;

    Names(String prefix) {
      pending = prefix + "tasks.pending";
      running = prefix + "tasks.running";
      completed = prefix + "tasks.completed";
      failed = prefix + "tasks.failed";
      throughput = prefix + "throughput";
    }
  }

  /**
   * Writes the metrics; unknown values are omitted.
   *
   * @param perSecond the rate of completed tasks; NaN if unknown
   */
  void write(Names names, double perSecond, SampleCollector samples) {
    samples.gauge(names.pending, pending);
    samples.gauge(names.running, running);
    samples.counter(names.completed, completed);
    samples.counter(names.failed, failed);
    samples.gauge(names.throughput, perSecond);
  }
}
