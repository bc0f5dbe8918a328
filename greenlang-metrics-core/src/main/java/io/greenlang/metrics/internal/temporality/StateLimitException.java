package io.greenlang.metrics.internal.temporality;

/**
 * The lack of memory for the state of a series. It has no stack trace, because a sender can cause
 * it at any rate.
 */
public final class StateLimitException extends Exception {

  private static final long serialVersionUID = 1;

  StateLimitException() {
    super(
        "all delta sums and cumulative histograms together have too many series or buckets",
        null,
        false,
        false);
  }

  /** Returns the reason, as a clause. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
