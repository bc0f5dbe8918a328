package io.greenlang.metrics.redis;

/** Bytes from Redis that are not what they should be. Counted and skipped. */
final class Malformed extends Exception {

  private static final long serialVersionUID = 1L;

  Malformed(String message) {
    super(message);
  }

  Malformed(String message, Throwable cause) {
    super(message, cause);
  }
}
