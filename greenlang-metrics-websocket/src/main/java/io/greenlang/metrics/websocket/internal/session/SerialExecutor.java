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
 * therefore block without blocking an I/O thread, and need no locks between them. It gives the
 * thread back after each slice of a task, so that a session with many tasks does not delay others.
 * Holds at most {@value #MAX_TASKS} tasks. Thread-safe.
 */
final class SerialExecutor {

  /** A task that runs in slices. */
  interface SlicedTask {

    /**
     * Runs the next slice.
     *
     * @return the executor that runs the slice after it; null if the task is complete
     */
    @Nullable Executor runSlice();

    /** Releases the resources of a task that has begun and of which no further slice runs. */
    default void abandon() {}
  }

  private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);
  private static final int MAX_TASKS = 256;

  private final Executor executor;
  private final Queue<SlicedTask> tasks = new ArrayDeque<>();
  private boolean running;
  private @Nullable Runnable finalTask;
  private boolean finished;

  /** The task that has begun. Used by the thread that runs the slices. */
  private @Nullable SlicedTask current;

  /** Creates an executor that runs the first slice of each task on the given one. */
  SerialExecutor(Executor executor) {
    this.executor = executor;
  }

  /** Queues a task; returns false if the queue is full, or the threads accept no task now. */
  boolean tryExecute(SlicedTask task) {
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
    if (trySubmit(executor)) {
      return true;
    }
    synchronized (tasks) {
      tasks.remove(task);
      running = false;
    }
    return false;
  }

  /**
   * Discards the queued tasks, and runs a final task after the slice in progress. The final task
   * always runs: on this thread if the server is stopping and has no other.
   */
  void shutdown(Runnable lastTask) {
    synchronized (tasks) {
      finished = true;
      finalTask = lastTask;
      tasks.clear();
      if (running) {
        return;
      }
      running = true;
    }
    if (!trySubmit(executor)) {
      run();
    }
  }

  private boolean trySubmit(Executor target) {
    try {
      target.execute(this::run);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the server is stopping
    } catch (OutOfMemoryError e) {
      // No memory for the queue's entry, or no thread. If it propagated, this executor
      // would count as running forever, and the session's final task would never run.
      log.error("Failed to submit the task of a session", e);
      return false;
    }
  }

  /** Runs one slice and submits the next one, or runs all slices if no executor accepts them. */
  private void run() {
    Executor next;
    do {
      next = runNext();
    } while (next != null && !trySubmit(next));
  }

  /** Runs one slice; returns the executor of the next one, or null if nothing is left to run. */
  private @Nullable Executor runNext() {
    SlicedTask task = current;
    Runnable last;
    synchronized (tasks) {
      last = finalTask;
      finalTask = null;
      task = task == null && !finished ? tasks.poll() : task;
    }
    if (last != null) {
      return finish(task, last);
    }
    Executor next = task == null ? null : runSlice(task);
    current = next == null ? null : task;
    synchronized (tasks) {
      if (next == null && tasks.isEmpty() && !finished) {
        running = false;
        return null;
      }
    }
    return next == null ? executor : next;
  }

  private @Nullable Executor finish(@Nullable SlicedTask begun, Runnable last) {
    current = null;
    if (begun != null) {
      runGuarded(begun::abandon);
    }
    runGuarded(last);
    return null;
  }

  private static @Nullable Executor runSlice(SlicedTask task) {
    try {
      return task.runSlice();
    } catch (RuntimeException | Error e) {
      log.error("Session task failed; continuing with the next one", e);
      return null;
    }
  }

  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("Failed to end the tasks of a session", e);
    }
  }
}
