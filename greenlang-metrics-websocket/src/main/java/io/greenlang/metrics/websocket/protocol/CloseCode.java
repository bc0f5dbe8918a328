package io.greenlang.metrics.websocket.protocol;

/** Why the server closes a connection. 1000 to 1015 are RFC 6455's, 4000 and up are ours. */
public enum CloseCode {
  /** The server is stopping. */
  GOING_AWAY(1001, "server is stopping"),
  /** The server is stopping and will be back. */
  SERVICE_RESTART(1012, "server is restarting"),
  /** A message was longer than it may be. */
  MESSAGE_TOO_BIG(1009, "message too big"),
  /** A fault of the server. */
  INTERNAL_ERROR(1011, "internal error"),
  /** The server has as many clients as it may have, or the client took nothing for too long. */
  TRY_AGAIN_LATER(1013, "try again later"),
  /** The client sent too many messages that cannot be understood. */
  MALFORMED(4400, "too many malformed messages"),
  /** The token is missing, wrong or has run out. */
  UNAUTHORIZED(4401, "invalid authentication token"),
  /** The client sent more messages than it may, for three minutes. */
  TOO_MANY_MESSAGES(4429, "rate limit exceeded"),
  /** The client gave no sign of life. */
  NO_SIGN_OF_LIFE(4408, "no sign of life");

  private final int code;
  private final String reason;

  CloseCode(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  /** The reason in words, for people who debug. */
  public String reason() {
    return reason;
  }
}
