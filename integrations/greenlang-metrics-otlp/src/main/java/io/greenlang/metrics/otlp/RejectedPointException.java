package io.greenlang.metrics.otlp;

/**
 * A data point that cannot be published. The other points of its request are not affected. It has
 * no stack trace, because clients can cause it at any rate.
 */
final class RejectedPointException extends Exception {

  private static final long serialVersionUID = 1;

  /**
   * Creates a rejection.
   *
   * @param reason the reason, for the client and the log
   */
  RejectedPointException(String reason) {
    super(reason, null, false, false);
  }

  /** Returns the reason, which is never null. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
