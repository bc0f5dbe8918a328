package io.greenlang.metrics.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Threads beside that of a test. */
final class TestThreads {

  /** Longer than any pause of a busy machine. */
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final Set<Thread.State> WAITING_OR_ENDED =
      Set.of(Thread.State.WAITING, Thread.State.TERMINATED);

  private TestThreads() {}

  /**
   * Runs an action on a new thread, and waits for its end. A thread that waits for a task of the
   * common pool may run the task itself, within the locks that it holds.
   */
  static void run(Runnable action) {
    CompletableFuture.runAsync(action, task -> new Thread(task).start()).join();
  }

  /** Waits until a thread waits for a lock, or has ended. */
  static void awaitWaiting(Thread thread) {
    await(() -> WAITING_OR_ENDED.contains(thread.getState()), "a thread that waits");
  }

  /** Waits until a condition holds. */
  static void await(BooleanSupplier condition, String description) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - startNanos).as(description).isLessThan(TIMEOUT_NANOS);
      Thread.onSpinWait();
    }
  }
}
