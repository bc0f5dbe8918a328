package io.greenlang.metrics.client.model;

/** The causes of errors: those of the client, and those that the server names in its messages. */
public enum ErrorCode {
  /** The socket failed to open, or the connection was lost. */
  CONNECTION,
  /** No welcome arrived in time. The server is slow, or it is not a metrics server. */
  NO_WELCOME,
  /**
   * The client received a frame that is not a message of the protocol. The connection stays open.
   */
  MALFORMED_FRAME,
  /** The token supplier failed, or returned no token in time. */
  TOKEN,
  /** The server did not answer a command in time. */
  TIMEOUT,
  /** The application closed the client. */
  CLOSED,
  /** The client gave up. The message gives the reason. */
  FAILED,

  /** The server rejected the token. */
  UNAUTHORIZED(true),
  /** The token expired while the client was connected. */
  TOKEN_EXPIRED(true),
  /** The client sent more than the rate limit allows, or a command is above the rest of it. */
  RATE_LIMITED(true),
  /** The channel does not exist, or the token does not grant it. */
  UNKNOWN_CHANNEL(true),
  /** The subscription is invalid. */
  BAD_SUBSCRIPTION(true),
  /** The subject or the channel has too many distinct views. */
  TOO_MANY_VIEWS(true),
  /** The history request is invalid. */
  BAD_HISTORY(true),
  /** The server keeps no history. */
  HISTORY_UNAVAILABLE(true),
  /** The server does not know the type of the command. */
  UNKNOWN_TYPE(true),
  /** The server found a message of the client malformed. */
  MALFORMED(true),
  /** A code of a newer server. The message gives the reason. */
  OTHER(true);

  private final boolean fromServer;

  ErrorCode() {
    this(false);
  }

  ErrorCode(boolean fromServer) {
    this.fromServer = fromServer;
  }

  /**
   * Returns the code that the server names.
   *
   * @param code the code of an error message
   * @return {@link #OTHER} if the code is not one of the server's
   */
  public static ErrorCode ofServer(String code) {
    for (ErrorCode each : values()) {
      if (each.fromServer && each.name().equals(code)) {
        return each;
      }
    }
    return OTHER;
  }
}
