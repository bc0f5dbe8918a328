package io.greenlang.metrics.websocket.auth;

/**
 * The failure of an {@link Authenticator} that cannot check a token now, for example because its
 * identity provider does not respond. The token may be valid, so the client is asked to try again
 * later: a handshake receives 503, and a {@code refresh_token} a temporary error. The message is
 * written to the server's log at most once per minute. It must not contain the token.
 */
public final class AuthenticationUnavailableException extends RuntimeException {

  /**
   * Creates an exception with the reason for the log; it has no stack trace.
   *
   * @param reason the reason, without the token
   * @param cause the failure, which the server does not log because its message may quote the token
   */
  public AuthenticationUnavailableException(String reason, Throwable cause) {
    super(reason, cause, false, false); // no stack trace: clients can cause any number of these
  }
}
