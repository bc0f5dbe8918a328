package io.greenlang.metrics.collectors;

/** How the numbers of queues are called on the wire: of all together, and of each. */
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

  void write(TaskQueue.Counts counts, double perSecond, Readings readings) {
    readings.gauge(pending, counts.pending());
    readings.gauge(running, counts.running());
    readings.counter(completed, counts.completed());
    readings.counter(failed, counts.failed());
    readings.gauge(throughput, perSecond);
  }
}
