package io.greenlang.metrics.collectors;

import java.util.concurrent.ThreadPoolExecutor;

/**
 * A queue of tasks whose numbers a host shows on {@code distributed.metrics}: an executor, a job
 * table, a message broker.
 */
public interface TaskQueue {

  /** A short name, which becomes the tag {@code queue}; no two of a collector are the same. */
  String name();

  /**
   * The numbers now. Called every 5 seconds, by one thread at a time that does nothing else; it may
   * block.
   *
   * @throws Exception if they cannot be had this time; it is logged at most once a minute
   */
  Counts counts() throws Exception;

  /**
   * What a queue knows of its tasks; a number below zero is one that it does not know.
   *
   * @param pending waiting
   * @param running being worked on
   * @param completed done, since the queue began
   * @param failed failed, since the queue began
   */
  record Counts(long pending, long running, long completed, long failed) {}

  /** The tasks of an executor, which does not know how many failed. */
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
