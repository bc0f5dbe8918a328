package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;

/**
 * A thread that runs the tasks of one client, one after another, and its source of time and chance.
 * The state of a client belongs to this thread. No task blocks.
 */
public interface EventLoop {

  /** A task that runs later. */
  @FunctionalInterface
  interface Timer {
    /** Cancels the task, unless it has already started. Idempotent. */
    void cancel();
  }

  /**
   * Runs a task after all earlier ones. Any thread may call it.
   *
   * @return false if the loop has stopped and the task will not run
   */
  boolean execute(Runnable task);

  /** Runs a task once after the delay, unless the loop has stopped by then. */
  Timer schedule(Duration delay, Runnable task);

  /** Returns the time of a monotonic clock in nanoseconds. */
  long nanoTime();

  /** Returns a random number from 0 (inclusive) to 1 (exclusive). */
  double random();
}
