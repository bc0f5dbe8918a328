package io.greenlang.metrics.redis.internal.support;

/** The failure to read invalid bytes from Redis. Callers count and skip them. */
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
