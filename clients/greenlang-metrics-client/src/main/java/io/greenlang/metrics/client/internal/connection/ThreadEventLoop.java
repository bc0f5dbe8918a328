package io.greenlang.metrics.client.internal.connection;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event loop on a separate daemon thread, which ends when the loop is stopped. */
public final class ThreadEventLoop implements EventLoop {

  private static final System.Logger log = System.getLogger(ThreadEventLoop.class.getName());

  private final ScheduledThreadPoolExecutor executor;
  private volatile @Nullable Thread thread;

  /** Creates a loop, which starts its thread with the first task. */
  public ThreadEventLoop() {
    executor = new ScheduledThreadPoolExecutor(1, this::newThread);
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  private Thread newThread(Runnable target) {
    Thread created = new Thread(target, "greenlang-metrics-client");
    created.setDaemon(true);
    thread = created;
    return created;
  }

  @Override
  public boolean execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
      return true;
    } catch (RejectedExecutionException e) {
      return false; // the loop has stopped
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {}; // the loop has stopped
    }
  }

  /** Runs a task; an exception of it is a defect, which must not end the loop silently. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.log(System.Logger.Level.ERROR, "Failed to run a task of the metrics client", e);
      throw e;
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  /** Returns whether the caller runs on the loop. */
  public boolean isCurrentThread() {
    return Thread.currentThread() == thread;
  }

  /** Stops the loop after the tasks that are already queued, without the scheduled ones. */
  public void stop() {
    executor.shutdown();
  }

  /** Waits until the thread has finished its tasks; returns whether it did in time. */
  public boolean awaitStopped(Duration timeout) throws InterruptedException {
    return executor.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
