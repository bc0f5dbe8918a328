package io.greenlang.metrics.internal.http;

/**
 * A request that an endpoint rejects as a whole. It has no stack trace, because clients can cause
 * it at any rate.
 */
public final class RequestException extends Exception {

  private static final long serialVersionUID = 1;
  private static final int BAD_REQUEST = 400;

  private final int status;

  /**
   * Creates a rejection.
   *
   * @param status the HTTP status
   * @param message the reason, for the client
   */
  public RequestException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  /** Returns the rejection of a request whose message is malformed. */
  public static RequestException malformed(String message) {
    return new RequestException(BAD_REQUEST, message);
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the reason, which is never null. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
