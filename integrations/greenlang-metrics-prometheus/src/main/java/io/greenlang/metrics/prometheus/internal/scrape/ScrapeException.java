package io.greenlang.metrics.prometheus.internal.scrape;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A target that does not answer, or answers otherwise than a target of Prometheus. The message has
 * the address and the remedy. It has no stack trace: the place in the code does not help an
 * operator, and a target that is down would fill the log with it.
 */
final class ScrapeException extends IOException {

  private static final long serialVersionUID = 1;

  /** Creates an exception whose message has the reason. */
  ScrapeException(String message) {
    this(message, null);
  }

  /**
   * Creates an exception.
   *
   * @param cause the reason, if the message does not explain it; its stack trace is logged
   */
  ScrapeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Records nothing. */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // there is no state
  public Throwable fillInStackTrace() {
    return this;
  }
}
