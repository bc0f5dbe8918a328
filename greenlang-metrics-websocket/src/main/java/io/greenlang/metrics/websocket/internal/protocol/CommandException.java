package io.greenlang.metrics.websocket.internal.protocol;

import io.greenlang.metrics.websocket.internal.protocol.ServerMessage.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A well-formed command that is rejected without any effect. Its message comes from a fixed list,
 * except for a sanitized message type.
 */
public final class CommandException extends Exception {

  private final ErrorCode code;
  private final transient @Nullable String id;

  /** The time after which the client may repeat the command; null if that does not help. */
  private final transient @Nullable Duration retryAfter;

  /** Creates an exception for the command with this id. */
  public CommandException(ErrorCode code, String message, @Nullable String id) {
    this(code, message, id, null);
  }

  private CommandException(
      ErrorCode code, String message, @Nullable String id, @Nullable Duration retryAfter) {
    super(message, null, false, false); // no stack trace: clients can cause any number of these
    this.code = code;
    this.id = id;
    this.retryAfter = retryAfter;
  }

  /** Returns the error for a channel that does not exist or that the client cannot see. */
  public static CommandException unknownChannel(@Nullable String id) {
    return new CommandException(
        ErrorCode.UNKNOWN_CHANNEL, ServerMessage.ErrorMessage.UNKNOWN_CHANNEL, id);
  }

  /** Returns the error for a replacement token that is not accepted. */
  public static CommandException unauthorized(@Nullable String id) {
    return new CommandException(
        ErrorCode.UNAUTHORIZED, ServerMessage.ErrorMessage.UNAUTHORIZED.message(), id);
  }

  /** Returns the error for an invalid subscription. */
  public static CommandException badSubscription(String detail, @Nullable String id) {
    return new CommandException(ErrorCode.BAD_SUBSCRIPTION, "Subscription error: " + detail, id);
  }

  /** Returns the error for a subscription beyond the limit of distinct views. */
  public static CommandException tooManyViews(String detail, @Nullable String id) {
    return new CommandException(ErrorCode.TOO_MANY_VIEWS, "Subscription error: " + detail, id);
  }

  /** Returns the error for an invalid request for history. */
  public static CommandException badHistory(String detail, @Nullable String id) {
    return new CommandException(ErrorCode.BAD_HISTORY, "History error: " + detail, id);
  }

  /** Returns the error for a request for history on a server that retains none. */
  public static CommandException noHistory(@Nullable String id) {
    return new CommandException(
        ErrorCode.HISTORY_UNAVAILABLE, "History error: this server keeps no history", id);
  }

  /** Returns the error for a command whose price exceeds the rest of the subject's budget. */
  public static CommandException rateLimited(Duration retryAfter, @Nullable String id) {
    return new CommandException(
        ErrorCode.RATE_LIMITED, ServerMessage.ErrorMessage.RATE_LIMITED.message(), id, retryAfter);
  }

  /** Returns the error for a request for history while too many others are in progress. */
  public static CommandException busy(Duration retryAfter, @Nullable String id) {
    return tooMany("history requests", retryAfter, id);
  }

  /** Returns the error for a subscription that begins in history while too many others begin. */
  public static CommandException tooManyReplays(Duration retryAfter, @Nullable String id) {
    return tooMany("subscriptions with since", retryAfter, id);
  }

  /** Returns the error for a replacement token whose key is not available now. */
  public static CommandException keysUnavailable(Duration retryAfter, @Nullable String id) {
    return new CommandException(
        ErrorCode.RATE_LIMITED, "The token cannot be checked now", id, retryAfter);
  }

  private static CommandException tooMany(
      String commands, Duration retryAfter, @Nullable String id) {
    return new CommandException(
        ErrorCode.RATE_LIMITED,
        "Rate limit exceeded: too many " + commands + " in progress",
        id,
        retryAfter);
  }

  /** Returns the error message for the client. */
  public ServerMessage toMessage() {
    Duration wait = retryAfter;
    if (wait != null) {
      return new ServerMessage.Refused(code, String.valueOf(getMessage()), wait, id);
    }
    return new ServerMessage.ErrorMessage(code, String.valueOf(getMessage()), id);
  }
}
