package io.greenlang.metrics.internal.util;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first failure of several steps that do not depend on each other. It is thrown when all steps
 * have run. Used by one thread.
 */
public final class FirstFailure {

  private @Nullable Throwable failure;

  /**
   * Runs a step for a subject, without an object for it. Its failure is kept if it is the first.
   */
  @SuppressWarnings("CatchThrowable") // thrown when all steps have run
  public <T> void run(Consumer<T> step, T subject) {
    try {
      step.accept(subject);
    } catch (Throwable e) {
      record(e);
    }
  }

  /** Records the failure of a step. */
  public void record(Throwable thrown) {
    failure = failure == null ? thrown : failure;
  }

  /** Throws the first failure, if there was one, and forgets it. */
  public void rethrow() {
    Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
