package io.greenlang.metrics.client.internal.connection;

import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * The reason why a socket did not open, or broke.
 *
 * @param status the HTTP status that rejected the handshake; 0 if there was none
 * @param retryAfter the wait that the server requests; zero if it requests none
 * @param reason the reason for people
 */
record HandshakeFailure(int status, Duration retryAfter, String reason) {

  private static final int UNAUTHORIZED = 401;

  /** The statuses after which a repetition would have the same outcome. */
  private static final Set<Integer> PERMANENT = Set.of(400, 403, 404, 405, 413, 414, 426, 431, 505);

  /** Longer waits come from a proxy with a different purpose; the client tries earlier. */
  private static final long MAX_RETRY_AFTER_SECONDS = 60;

  static HandshakeFailure of(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    HttpResponse<?> response =
        cause instanceof WebSocketHandshakeException handshake ? handshake.getResponse() : null;
    if (response != null) {
      int status = response.statusCode();
      String reason = "The server rejected the handshake with HTTP status " + status;
      return new HandshakeFailure(status, retryAfter(response), reason);
    }
    String message = cause.getMessage();
    String reason = cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    return new HandshakeFailure(0, Duration.ZERO, "The connection failed: " + reason);
  }

  private static Duration retryAfter(HttpResponse<?> response) {
    String value = response.headers().firstValue("Retry-After").orElse("");
    // The header can also be a date, which depends on the local wall clock.
    return value.matches("\\d{1,9}")
        ? Duration.ofSeconds(Math.min(MAX_RETRY_AFTER_SECONDS, Long.parseLong(value)))
        : Duration.ZERO;
  }

  boolean isUnauthorized() {
    return status == UNAUTHORIZED;
  }

  boolean isPermanent() {
    return PERMANENT.contains(status);
  }
}
