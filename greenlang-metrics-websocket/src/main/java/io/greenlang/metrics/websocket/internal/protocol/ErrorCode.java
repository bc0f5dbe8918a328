package io.greenlang.metrics.websocket.internal.protocol;

/** The {@code code} of an error message. */
public enum ErrorCode {
  /** The token is missing or not accepted. */
  UNAUTHORIZED,
  /** The token expired while the client was connected. */
  TOKEN_EXPIRED,
  /** The client sent too many messages, or more metrics are due than its limit allows. */
  RATE_LIMITED,
  /** The channel does not exist, or the client cannot see it. The client cannot tell which. */
  UNKNOWN_CHANNEL,
  /** The subscription is invalid. */
  BAD_SUBSCRIPTION,
  /** The request for history is invalid. */
  BAD_HISTORY,
  /** The server retains no history. */
  HISTORY_UNAVAILABLE,
  /** The type of the message is unknown. */
  UNKNOWN_TYPE,
  /** The message is malformed. */
  MALFORMED
}
