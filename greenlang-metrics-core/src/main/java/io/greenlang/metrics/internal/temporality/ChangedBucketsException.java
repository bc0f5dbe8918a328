package io.greenlang.metrics.internal.temporality;

/**
 * Buckets that cannot be compared with the previous ones of their run: other bounds, or fewer
 * observations in one of them. It has no stack trace, because a sender can cause it at any rate.
 */
public final class ChangedBucketsException extends Exception {

  private static final long serialVersionUID = 1;

  ChangedBucketsException() {
    super(
        "other buckets than the previous point, or fewer observations in one, so the observations"
            + " since then are unknown",
        null,
        false,
        false);
  }

  /** Returns the reason, as an object of "has". */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
