package io.greenlang.metrics.collectors;

import java.util.concurrent.ThreadPoolExecutor;

/**
 * Task queue whose counts an application publishes on {@code distributed.metrics}: an executor, a
 * job table, a message broker.
 */
public interface TaskQueue {

  /**
   * Returns a short name, which becomes the tag {@code queue}. It must be unique within a
   * collector.
   */
  String name();

  /**
   * Returns the current counts. Called every 5 seconds, by one thread at a time that is dedicated
   * to this queue, so it may block.
   *
   * @throws Exception if the counts are unavailable; the failure is logged at most once per minute
   */
  Counts counts() throws Exception;

  /**
   * The counts of a queue. A negative number is unknown.
   *
   * @param pending tasks that are waiting
   * @param running tasks that are being executed
   * @param completed tasks completed since the queue was created
   * @param failed tasks failed since the queue was created
   */
  record Counts(long pending, long running, long completed, long failed) {}

  /**
   * Returns a task queue that reports the counts of an executor. The number of failed tasks is
   * unknown.
   */
  static TaskQueue of(String name, ThreadPoolExecutor executor) {
    return new TaskQueue() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Counts counts() {
        return new Counts(
            executor.getQueue().size(),
            executor.getActiveCount(),
            executor.getCompletedTaskCount(),
            -1);
      }
    };
  }
}
