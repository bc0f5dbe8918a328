package io.greenlang.metrics.websocket.protocol;

/** The {@code code} of an error message. */
public enum ErrorCode {
  /** No token, or one that is not accepted. */
  UNAUTHORIZED,
  /** The token ran out while connected. */
  TOKEN_EXPIRED,
  /** Too many messages. */
  RATE_LIMITED,
  /** A channel that is not there, or that the client may not see: it cannot tell which. */
  UNKNOWN_CHANNEL,
  /** A subscription that cannot be served. */
  BAD_SUBSCRIPTION,
  /** A request for history that cannot be served. */
  BAD_HISTORY,
  /** There is no history to ask for. */
  HISTORY_UNAVAILABLE,
  /** A message of a type that the server does not know. */
  UNKNOWN_TYPE,
  /** A message that cannot be understood. */
  MALFORMED
}
