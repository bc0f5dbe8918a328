package io.greenlang.metrics.websocket.internal.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An executor that runs the tasks of one session one at a time on shared threads. Commands can
 * therefore block without blocking an I/O thread, and need no locks between them. Holds at most
 * {@value #MAX_TASKS} tasks. Thread-safe.
 */
final class SerialExecutor {

  private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);
  private static final int MAX_TASKS = 256;

  private final Executor executor;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;
  private boolean finished;

  SerialExecutor(Executor executor) {
    this.executor = executor;
  }

  /** Queues a task; returns false if the queue is full or the server is stopping. */
  boolean tryExecute(Runnable task) {
    synchronized (tasks) {
      if (finished) {
        return true; // the client has disconnected
      }
      if (tasks.size() >= MAX_TASKS) {
        return false;
      }
      tasks.add(task);
      if (running) {
        return true;
      }
      running = true;
    }
    return start();
  }

  /**
   * Discards the queued tasks, and runs a final task after the one in progress. The final task
   * always runs: on this thread if the server is stopping and has no other.
   */
  void shutdown(Runnable finalTask) {
    synchronized (tasks) {
      finished = true;
      tasks.clear();
      tasks.add(finalTask);
      if (running) {
        return;
      }
      running = true;
    }
    if (!start()) {
      run();
    }
  }

  /** Starts to run the tasks; returns false if the server is stopping. */
  private boolean start() {
    try {
      executor.execute(this::run);
      return true;
    } catch (RejectedExecutionException e) {
      synchronized (tasks) {
        running = false;
      }
      return false;
    }
  }

  private void run() {
    Runnable task;
    while ((task = next()) != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("Session task failed; continuing with the next one", e);
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (tasks) {
      Runnable task = tasks.poll();
      running = task != null;
      return task;
    }
  }
}
