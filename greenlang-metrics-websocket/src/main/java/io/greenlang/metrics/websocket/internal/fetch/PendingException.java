package io.greenlang.metrics.websocket.internal.fetch;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The absence of a value that is not available now. The caller does not wait on its thread: it
 * repeats the call when the attempt to read the value has ended, or reports a temporary failure.
 */
public final class PendingException extends RuntimeException {

  private final transient @Nullable CompletionStage<@Nullable Void> attempt;

  /**
   * Creates an exception without a stack trace, because clients can cause any number of them.
   *
   * @param attempt completes, never exceptionally, when the attempt in progress has succeeded or
   *     failed; null if there is none
   */
  PendingException(String message, @Nullable CompletionStage<@Nullable Void> attempt) {
    super(message, null, false, false);
    this.attempt = attempt;
  }

  /** Returns an exception for a value that a part of the application cannot provide now. */
  public static PendingException withoutAttempt(String message) {
    return new PendingException(message, null);
  }

  /**
   * Returns the attempt in progress, which ends within the time limit of a read. Null if there is
   * none: the last one failed shortly before.
   */
  public @Nullable CompletionStage<@Nullable Void> attempt() {
    return attempt;
  }
}
