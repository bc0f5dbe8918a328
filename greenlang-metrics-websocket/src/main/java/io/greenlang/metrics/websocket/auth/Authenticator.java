package io.greenlang.metrics.websocket.auth;

/** A check that maps a client's token to a {@link Principal}. Applications can supply their own. */
@FunctionalInterface
public interface Authenticator {

  /**
   * Validates a token. Called on worker threads, possibly by several at once. It may block, for
   * example to query an identity provider.
   *
   * @param token the token that the client sent, at most 8 KiB; possibly empty. It is untrusted and
   *     must not be logged.
   * @return the client that the token identifies
   * @throws AuthenticationException if the token is not accepted. Any other exception also rejects
   *     the client. It is counted as an error, and logged at most once per minute.
   * @throws AuthenticationUnavailableException if the token cannot be checked now, so that the
   *     client must try again later
   */
  Principal authenticate(String token) throws AuthenticationException;

  /** Returns an authenticator that accepts every client and ignores its token. */
  static Authenticator anonymous() {
    return token -> Principal.ANONYMOUS;
  }
}
