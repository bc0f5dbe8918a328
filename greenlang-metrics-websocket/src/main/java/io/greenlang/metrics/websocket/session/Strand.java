package io.greenlang.metrics.websocket.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one session one after the other on shared threads, so that commands may block
 * without an I/O thread waiting and without locks between them. Holds at most {@value #MAX_TASKS}
 * tasks. Any thread.
 */
final class Strand {

  private static final Logger log = LoggerFactory.getLogger(Strand.class);
  private static final int MAX_TASKS = 256;

  private final Executor threads;
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  Strand(Executor threads) {
    this.threads = threads;
  }

  /** Takes a task, or answers false when there are too many or the server is stopping. */
  boolean offer(Runnable task) {
    synchronized (tasks) {
      if (tasks.size() >= MAX_TASKS) {
        return false;
      }
      tasks.add(task);
      if (running) {
        return true;
      }
      running = true;
    }
    try {
      threads.execute(this::run);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the server is stopping, and this session with it
    }
  }

  private void run() {
    Runnable task;
    while ((task = next()) != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("a command failed; its session goes on", e);
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
