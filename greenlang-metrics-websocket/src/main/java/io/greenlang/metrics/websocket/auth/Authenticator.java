package io.greenlang.metrics.websocket.auth;

/** Decides whom a token belongs to. A host can bring its own. */
@FunctionalInterface
public interface Authenticator {

  /**
   * Checks a token. Called on a worker thread, by several at once; it may block, for instance to
   * ask another server.
   *
   * @param token what the client sent, at most 8 KiB; it may be empty, and is never to be trusted
   *     nor logged
   * @return who it is
   * @throws AuthenticationException if the token is not accepted; anything else that is thrown
   *     counts as a refusal too, and is logged
   */
  Principal authenticate(String token) throws AuthenticationException;

  /** Lets everybody in without looking at the token. */
  static Authenticator anonymous() {
    return token -> Principal.ANONYMOUS;
  }
}
