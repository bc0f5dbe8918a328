package io.greenlang.metrics.redis.internal.support;

/** Indicates that bytes from Redis are invalid. Callers count and skip them. */
public final class MalformedDataException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Creates an exception with the reason. */
  public MalformedDataException(String message) {
    super(message);
  }

  /** Creates an exception with the reason and its cause. */
  public MalformedDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
