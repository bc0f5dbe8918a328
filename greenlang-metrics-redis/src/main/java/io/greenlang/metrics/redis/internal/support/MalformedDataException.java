package io.greenlang.metrics.redis.internal.support;

/** Indicates that bytes from Redis are invalid. Callers count and skip them. */
public final class MalformedDataException extends Exception {

  private static final long serialVersionUID = 1L;

  public MalformedDataException(String message) {
    super(message);
  }

  public MalformedDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
