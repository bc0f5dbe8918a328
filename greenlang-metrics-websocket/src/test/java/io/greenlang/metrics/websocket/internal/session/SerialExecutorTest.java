package io.greenlang.metrics.websocket.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The order of slices, with the test as the only thread. */
class SerialExecutorTest {

  private final Queue<Runnable> commands = new ArrayDeque<>();
  private final Queue<Runnable> history = new ArrayDeque<>();
  private final List<String> log = new ArrayList<>();
  private final Executor historyExecutor = history::add;
  private final SerialExecutor executor = new SerialExecutor(commands::add);

  /** A task that runs on the history executor after its first slice. */
  private final class Task implements SerialExecutor.SlicedTask {
    private final String name;
    private int remaining;

    Task(String name, int slices) {
      this.name = name;
      this.remaining = slices;
    }

    @Override
    public @Nullable Executor runSlice() {
      log.add(name);
      return --remaining == 0 ? null : historyExecutor;
    }

    @Override
    public void abandon() {
      log.add("abandoned " + name);
    }
  }

  private static void runAll(Queue<Runnable> queue) {
    Runnable next;
    while ((next = queue.poll()) != null) {
      next.run();
    }
  }

  @Test
  void tryExecute_manyTasks_givesThreadBackAfterEach() {
    SerialExecutor other = new SerialExecutor(commands::add);
    for (int i = 0; i < 3; i++) {
      assertThat(executor.tryExecute(new Task("a", 1))).isTrue();
      assertThat(other.tryExecute(new Task("b", 1))).isTrue();
    }
    runAll(commands);
    assertThat(log).containsExactly("a", "b", "a", "b", "a", "b");
  }

  @Test
  void tryExecute_taskOnOtherExecutor_nextTaskWaitsForItsEnd() {
    executor.tryExecute(new Task("long", 3));
    executor.tryExecute(new Task("short", 1));
    runAll(commands);
    assertThat(log).containsExactly("long");
    runAll(history);
    runAll(commands);
    assertThat(log).containsExactly("long", "long", "long", "short");
  }

  @Test
  void tryExecute_error_nextTaskRuns() {
    executor.tryExecute(
        () -> {
          throw new StackOverflowError();
        });
    executor.tryExecute(new Task("next", 1));
    runAll(commands);
    assertThat(log).containsExactly("next");
  }

  @Test
  void shutdown_duringTask_abandonsItAndRunsFinalTaskOnce() {
    executor.tryExecute(new Task("long", 3));
    executor.tryExecute(new Task("short", 1));
    runAll(commands);
    executor.shutdown(() -> log.add("final"));
    runAll(history);
    assertThat(log).containsExactly("long", "abandoned long", "final");
    assertThat(executor.tryExecute(new Task("late", 1))).isTrue();
    assertThat(commands).isEmpty();
  }

  /** The system refuses a thread, or the queue's entry finds no memory. */
  @Test
  void tryExecute_executorOutOfMemory_runsLaterTasksAndTheFinalOne() {
    List<Error> errors = new ArrayList<>(List.of(new OutOfMemoryError("test")));
    SerialExecutor starved =
        new SerialExecutor(
            task -> {
              if (!errors.isEmpty()) {
                throw errors.remove(0);
              }
              commands.add(task);
            });
    assertThat(starved.tryExecute(new Task("refused", 1))).isFalse();
    assertThat(starved.tryExecute(new Task("accepted", 1))).isTrue();
    runAll(commands);
    assertThat(log).containsExactly("accepted");

    errors.add(new OutOfMemoryError("test"));
    assertThat(starved.tryExecute(new Task("refused", 1))).isFalse();
    starved.shutdown(() -> log.add("final"));
    runAll(commands);
    assertThat(log).containsExactly("accepted", "final");
  }

  @Test
  void shutdown_executorStopped_runsFinalTaskOnCallingThread() {
    SerialExecutor stopped =
        new SerialExecutor(
            task -> {
              throw new RejectedExecutionException();
            });
    assertThat(stopped.tryExecute(new Task("task", 1))).isFalse();
    stopped.shutdown(() -> log.add("final"));
    assertThat(log).containsExactly("final");
  }
}
