package io.greenlang.metrics.websocket.transport;

/**
 * The reason for which the server closes a connection. RFC 6455 defines the codes 1000 to 1015; the
 * codes from 4000 are ours.
 */
public enum CloseCode {
  /** The server is stopping. */
  GOING_AWAY(1001, "server is stopping"),
  /** The server is restarting. */
  SERVICE_RESTART(1012, "server is restarting"),
  /** A message exceeded the maximum size. */
  MESSAGE_TOO_BIG(1009, "message too big"),
  /** The server failed. */
  INTERNAL_ERROR(1011, "internal error"),
  /**
   * The server has reached its maximum number of clients, or the client did not read for too long.
   */
  TRY_AGAIN_LATER(1013, "try again later"),
  /** The client sent too many malformed messages. */
  MALFORMED(4400, "too many malformed messages"),
  /** The token is missing, invalid, expired or revoked. */
  UNAUTHORIZED(4401, "invalid authentication token"),
  /** The application disconnected the client, which must not reconnect by itself. */
  DISCONNECTED(4403, "disconnected by the application"),
  /** The client exceeded the message rate limit for three minutes. */
  RATE_LIMITED(4429, "rate limit exceeded"),
  /** The client sent nothing for two heartbeat intervals. */
  HEARTBEAT_TIMEOUT(4408, "no sign of life");

  private final int code;
  private final String reason;

  CloseCode(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  /** Returns the close code on the wire. */
  public int code() {
    return code;
  }

  /** Returns the close reason, for people who debug. */
  public String reason() {
    return reason;
  }
}
