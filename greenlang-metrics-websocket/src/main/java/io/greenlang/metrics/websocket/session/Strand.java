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
  private boolean finished;

  Strand(Executor threads) {
    this.threads = threads;
  }

  /** Takes a task, or answers false when there are too many or the server is stopping. */
  boolean offer(Runnable task) {
    synchronized (tasks) {
      if (finished) {
        return true; // there is nobody left to tell
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
    try {
      threads.execute(this::run);
      return true;
    } catch (RejectedExecutionException e) {
      synchronized (tasks) {
        running = false;
      }
      return false; // the server is stopping, and this session with it
    }
  }

  /**
   * Forgets what waits, and runs a last task behind the one under way. It runs for certain: on this
   * thread if the server is stopping and there is no other.
   */
  void finish(Runnable last) {
    synchronized (tasks) {
      finished = true;
      tasks.clear();
      tasks.add(last);
      if (running) {
        return;
      }
      running = true;
    }
    try {
      threads.execute(this::run);
    } catch (RejectedExecutionException e) {
      run();
    }
  }

  private void run() {
    Runnable task;
    while ((task = next()) != null) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        log.error("a task of a session failed; the next one goes on", e);
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
