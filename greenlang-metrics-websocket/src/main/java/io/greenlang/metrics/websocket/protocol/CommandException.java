package io.greenlang.metrics.websocket.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A command that was understood and is refused; nothing of it is applied. Its text is one of a
 * fixed list, but for a cleaned message type.
 */
public final class CommandException extends Exception {

  private final ErrorCode code;
  private final transient @Nullable String id;

  /** A refusal of the command with this id. */
  public CommandException(ErrorCode code, String message, @Nullable String id) {
    super(message, null, false, false); // no stack trace: a client can cause as many as it likes
    this.code = code;
    this.id = id;
  }

  /** A channel that is not there, or not for this client. */
  public static CommandException unknownChannel(@Nullable String id) {
    return new CommandException(
        ErrorCode.UNKNOWN_CHANNEL, ServerMessage.ErrorMessage.UNKNOWN_CHANNEL, id);
  }

  /** A token that is not accepted in place of another. */
  public static CommandException unauthorized(@Nullable String id) {
    return new CommandException(
        ErrorCode.UNAUTHORIZED, ServerMessage.ErrorMessage.UNAUTHORIZED.message(), id);
  }

  /** A subscription that cannot be served. */
  public static CommandException badSubscription(String detail, @Nullable String id) {
    return new CommandException(ErrorCode.BAD_SUBSCRIPTION, "Subscription error: " + detail, id);
  }

  /** A request for history that cannot be served. */
  public static CommandException badHistory(String detail, @Nullable String id) {
    return new CommandException(ErrorCode.BAD_HISTORY, "History error: " + detail, id);
  }

  /** A request for history where none is kept. */
  public static CommandException noHistory(@Nullable String id) {
    return new CommandException(
        ErrorCode.HISTORY_UNAVAILABLE, "History error: this server keeps no history", id);
  }

  /** The error message for it. */
  public ServerMessage.ErrorMessage toMessage() {
    return new ServerMessage.ErrorMessage(code, String.valueOf(getMessage()), id);
  }
}
