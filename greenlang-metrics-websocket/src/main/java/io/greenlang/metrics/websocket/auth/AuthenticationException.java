package io.greenlang.metrics.websocket.auth;

/**
 * A token that is not accepted. The reason is for the server's log at debug level and never reaches
 * a client; it must not contain the token.
 */
public final class AuthenticationException extends Exception {

  /** A refusal for this reason. */
  public AuthenticationException(String reason) {
    super(reason, null, false, false); // no stack trace: a client can cause as many as it likes
  }
}
