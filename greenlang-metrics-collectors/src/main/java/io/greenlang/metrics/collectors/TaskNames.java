package io.greenlang.metrics.collectors;

/** Metric names of task queues: of the total over all queues, and of each queue. */
enum TaskNames {
  OF_ALL(""),
  OF_ONE("queue.");

  private final String pending;
  private final String running;
  private final String completed;
  private final String failed;
  private final String throughput;

  TaskNames(String prefix) {
    pending = prefix + "tasks.pending";
    running = prefix + "tasks.running";
    completed = prefix + "tasks.completed";
    failed = prefix + "tasks.failed";
    throughput = prefix + "throughput";
  }

  void write(TaskQueue.Counts counts, double perSecond, Readings samples) {
    samples.gauge(pending, counts.pending());
    samples.gauge(running, counts.running());
    samples.counter(completed, counts.completed());
    samples.counter(failed, counts.failed());
    samples.gauge(throughput, perSecond);
  }
}
