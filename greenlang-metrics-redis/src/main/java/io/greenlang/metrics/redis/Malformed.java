package io.greenlang.metrics.redis;

/** Indicates that bytes from Redis are invalid. Callers count and skip them. */
final class Malformed extends Exception {

  private static final long serialVersionUID = 1L;

  Malformed(String message) {
    super(message);
  }

  Malformed(String message, Throwable cause) {
    super(message, cause);
  }
}
