package io.greenlang.metrics.spring.boot.internal.session;

import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Principal;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Tickets that stand for a user of the application during one handshake. The server checks tokens
 * on its own threads, which do not know the request's session; so the request carries a ticket as
 * its token.
 *
 * <p>A ticket is 256 random bits and ends with its request, so the number of requests bounds the
 * number of tickets. Thread-safe.
 */
public final class SessionTickets {

  private static final int BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final ConcurrentMap<String, Principal> principals = new ConcurrentHashMap<>();

  /** Returns a new ticket of a user. The caller must {@link #revoke} it. */
  String issue(Principal principal) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String ticket = "session." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    principals.put(ticket, principal);
    return ticket;
  }

  /** Revokes a ticket. */
  void revoke(String ticket) {
    principals.remove(ticket);
  }

  /**
   * Returns the user of a ticket, which cannot be used again.
   *
   * @throws AuthenticationException if the token is not a ticket
   */
  public Principal redeem(String token) throws AuthenticationException {
    Principal principal = principals.remove(token);
    if (principal == null) {
      throw new AuthenticationException("no signed-in user");
    }
    return principal;
  }
}
