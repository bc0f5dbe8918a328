package io.greenlang.metrics.jmx;

import io.greenlang.metrics.internal.util.NamedThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A runner of calls that may hang. It makes the calls one after the other on another thread. If a
 * call takes too long, the runner abandons it together with its thread, and continues on a new one.
 * The number of abandoned threads is limited; each of them ends when its call returns. At that
 * number, a call is made only if an earlier one has returned: {@link Punctuality}. No thread exists
 * between two runs, except those that are abandoned.
 *
 * <p>One thread at a time runs tasks.
 */
final class TaskRunner {

  private final long timeoutNanos;
  private final int maxThreads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** The number of threads whose tasks were abandoned; guarded by the lock. */
  private int stuckThreads;

  /**
   * The end of a task's latest call, from the best to the worst. The better it was, the more
   * threads may be abandoned before the task is skipped.
   */
  enum Punctuality {
    /** It returned in time. */
    PROMPT(2),

    /** It returned after it had been abandoned, such as during a pause of the JVM. */
    LATE(1),

    /** No call has returned yet. */
    UNKNOWN(0);

    private final int extraThreads;

    Punctuality(int extraThreads) {
      this.extraThreads = extraThreads;
    }
  }

  TaskRunner(long timeoutNanos, int maxThreads) {
    this.timeoutNanos = timeoutNanos;
    this.maxThreads = maxThreads;
  }

  /**
   * Runs tasks one after the other. The results of those that ended are visible to the caller.
   *
   * @param punctuality returns the end of a task's latest call; called under the lock of this
   *     runner
   * @throws InterruptedException if the thread is interrupted; the current task is abandoned then
   */
  <T extends Runnable> Outcome<T> run(List<T> tasks, Function<T, Punctuality> punctuality)
      throws InterruptedException {
    Batch<T> batch = new Batch<>(tasks, punctuality);
    lock.lock();
    try {
      batch.awaitEnd();
      return new Outcome<>(batch.ended, batch.abandoned, batch.skipped + tasks.size() - batch.next);
    } finally {
      batch.cancel();
      lock.unlock();
    }
  }

  /**
   * The result of the tasks of a run.
   *
   * @param ended the tasks that ended in time
   * @param abandoned the tasks that took too long
   * @param notStarted the number of tasks for which there was no thread
   */
  record Outcome<T>(List<T> ended, List<T> abandoned, int notStarted) {

    Outcome {
      ended = List.copyOf(ended);
      abandoned = List.copyOf(abandoned);
    }
  }

  /** The tasks of one run. All fields are guarded by the lock. */
  private final class Batch<T extends Runnable> {

    private final List<T> tasks;
    private final Function<T, Punctuality> punctuality;
    private final List<T> ended = new ArrayList<>();
    private final List<T> abandoned = new ArrayList<>();
    private int next;
    private int skipped;
    private @Nullable Thread worker;
    private @Nullable T current;
    private long startNanos;

    Batch(List<T> tasks, Function<T, Punctuality> punctuality) {
      this.tasks = tasks;
      this.punctuality = punctuality;
    }

    void awaitEnd() throws InterruptedException {
      while (startWorker()) {
        long remaining = timeoutNanos;
        while (worker != null && remaining > 0) {
          long unused = changed.awaitNanos(remaining);
          remaining = startNanos + timeoutNanos - System.nanoTime();
        }
        if (worker != null) {
          abandonWorker();
        }
      }
    }

    /** Starts a thread for the next task; returns false if no task may have one. */
    private boolean startWorker() {
      skipRisky();
      if (next == tasks.size()) {
        return false;
      }
      startNanos = System.nanoTime();
      worker = NamedThreads.start("jmx-source-reader", this::work);
      return true;
    }

    /** Skips tasks that might take a thread from those that are more likely to return. */
    private void skipRisky() {
      while (next < tasks.size() && !mayStart(tasks.get(next))) {
        next++;
        skipped++;
      }
    }

    private boolean mayStart(T task) {
      return stuckThreads < maxThreads + punctuality.apply(task).extraThreads;
    }

    private void abandonWorker() {
      T hanging = current;
      if (hanging != null) {
        abandoned.add(hanging);
        current = null;
      }
      worker = null;
      stuckThreads++;
    }

    void cancel() {
      next = tasks.size();
      if (worker != null) {
        abandonWorker();
      }
    }

    /** Runs tasks until none is left, or until this thread has been abandoned. */
    private void work() {
      try {
        for (T task = nextTask(); task != null; task = nextTask()) {
          task.run();
        }
      } finally {
        endWorker(); // even if a task threw an error
      }
    }

    private @Nullable T nextTask() {
      lock.lock();
      try {
        if (worker != Thread.currentThread()) {
          return null;
        }
        T previous = current;
        if (previous != null) {
          ended.add(previous);
        }
        skipRisky();
        current = next < tasks.size() ? tasks.get(next++) : null;
        startNanos = System.nanoTime();
        return current;
      } finally {
        lock.unlock();
      }
    }

    private void endWorker() {
      lock.lock();
      try {
        if (worker == Thread.currentThread()) {
          worker = null;
          current = null;
          changed.signalAll();
        } else {
          stuckThreads--; // it was abandoned, and its call has returned
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
