package io.greenlang.metrics.websocket.auth;

/**
 * The rejection of a token by an {@link Authenticator}. The message is written to the server's log
 * at debug level and never sent to the client. It must not contain the token.
 */
public final class AuthenticationException extends Exception {

  /** Creates an exception with the reason for the log; it has no stack trace. */
  public AuthenticationException(String reason) {
    super(reason, null, false, false); // no stack trace: clients can cause any number of these
  }
}
