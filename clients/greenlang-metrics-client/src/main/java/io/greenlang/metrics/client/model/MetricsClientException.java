package io.greenlang.metrics.client.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An error of the client or the server, with a message for people and a code for programs.
 *
 * <p>Futures of the client complete with it: {@code join} throws a {@code CompletionException} with
 * this cause.
 */
public final class MetricsClientException extends RuntimeException {

  private final ErrorCode code;
  private final int closeCode;
  private final @Nullable Duration retryAfter;

  /**
   * Creates an error.
   *
   * @param closeCode the WebSocket close code, if the error ended a connection
   * @param retryAfter the time after which the refused command can succeed; null if unknown
   * @param cause the cause; null if there is none
   */
  public MetricsClientException(
      ErrorCode code,
      String message,
      OptionalInt closeCode,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.closeCode = closeCode.orElse(0);
    this.retryAfter = retryAfter;
  }

  /** Returns an error without a close code or a cause. */
  public static MetricsClientException of(ErrorCode code, String message) {
    return new MetricsClientException(code, message, OptionalInt.empty(), null, null);
  }

  /** Returns an error that ended a connection with a close code. */
  public static MetricsClientException of(ErrorCode code, String message, OptionalInt closeCode) {
    return new MetricsClientException(code, message, closeCode, null, null);
  }

  /** Returns an error with a cause. */
  public static MetricsClientException of(ErrorCode code, String message, Throwable cause) {
    return new MetricsClientException(code, message, OptionalInt.empty(), null, cause);
  }

  /** Returns the cause for programs. */
  public ErrorCode code() {
    return code;
  }

  /** Returns the WebSocket close code, such as 4401, if the error ended a connection. */
  public OptionalInt closeCode() {
    return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
  }

  /** Returns the time after which the refused command can succeed, if the server named it. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
