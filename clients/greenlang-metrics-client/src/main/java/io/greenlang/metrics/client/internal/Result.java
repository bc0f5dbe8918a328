package io.greenlang.metrics.client.internal;

import io.greenlang.metrics.client.model.MetricsClientException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The pending result of a call. The event loop settles it, and the executor completes the future of
 * the application, so that no code of the application runs on the event loop.
 *
 * @param <T> the result
 */
final class Result<T> {

  private final CompletableFuture<T> future = new CompletableFuture<>();
  private final Executor executor;
  private boolean settled;

  Result(Executor executor) {
    this.executor = executor;
  }

  CompletableFuture<T> future() {
    return future;
  }

  /** Returns whether the result is known. Only the event loop calls it. */
  boolean isSettled() {
    return settled;
  }

  void resolve(T value) {
    settle(() -> future.complete(value));
  }

  void reject(MetricsClientException error) {
    settle(() -> future.completeExceptionally(error));
  }

  private void settle(Runnable completion) {
    settled = true;
    try {
      executor.execute(completion);
    } catch (RejectedExecutionException e) {
      completion.run(); // a future that never completes would be worse
    }
  }
}
