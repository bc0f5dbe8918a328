package io.greenlang.metrics.collectors.internal.cluster;

import io.greenlang.metrics.collectors.TaskQueue;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;

/** Metric names of task queues: of the total over all queues, and of each queue. */
enum TaskMetricNames {
  ALL_QUEUES(""),
  SINGLE_QUEUE("queue.");

  private final String pending;
  private final String running;
  private final String completed;
  private final String failed;
  private final String throughput;

  TaskMetricNames(String prefix) {
    pending = prefix + "tasks.pending";
    running = prefix + "tasks.running";
    completed = prefix + "tasks.completed";
    failed = prefix + "tasks.failed";
    throughput = prefix + "throughput";
  }

  void write(TaskQueue.Counts counts, double perSecond, SampleCollector samples) {
    samples.gauge(pending, counts.pending());
    samples.gauge(running, counts.running());
    samples.counter(completed, counts.completed());
    samples.counter(failed, counts.failed());
    samples.gauge(throughput, perSecond);
  }
}
