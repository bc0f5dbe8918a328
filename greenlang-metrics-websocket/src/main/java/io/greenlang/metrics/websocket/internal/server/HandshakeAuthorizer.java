package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.session.SessionRegistry;
import io.greenlang.metrics.websocket.internal.session.TokenValidator;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Authorizes handshakes: first by origin, then by token. Runs on worker threads because an
 * authenticator may block.
 */
final class HandshakeAuthorizer {

  private static final String SUBPROTOCOL = "greenlang.v1";
  private static final String BEARER_SUBPROTOCOL = "bearer.";
  private static final String BEARER_SCHEME = "bearer ";

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final OriginPolicy origins;
  private final TokenValidator tokens;
  private final SessionRegistry sessions;

  HandshakeAuthorizer(OriginPolicy origins, TokenValidator tokens, SessionRegistry sessions) {
    this.origins = origins;
    this.tokens = tokens;
    this.sessions = sessions;
  }

  Admission admit(Handshake handshake) {
    if (!origins.allows(handshake.origins(), handshake.host())) {
      return new Admission.Rejected(FORBIDDEN);
    }
    Principal principal = tokens.validate(token(handshake));
    String subprotocol = handshake.subprotocols().contains(SUBPROTOCOL) ? SUBPROTOCOL : null;
    if (principal != null) {
      return new Admission.Accepted(
          subprotocol, connection -> sessions.open(connection, principal));
    }
    if (handshake.authorization() != null) {
      return new Admission.Rejected(UNAUTHORIZED); // not a browser: it can read the status
    }
    return new Admission.Accepted(subprotocol, sessions::rejectUnauthorized);
  }

  /**
   * Returns the token of a handshake. If there is none or more than one, returns the empty string,
   * which no authenticator accepts.
   */
  private static String token(Handshake handshake) {
    List<String> candidates = new ArrayList<>(handshake.queryTokens());
    String authorization = handshake.authorization();
    if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER_SCHEME)) {
      candidates.add(authorization.substring(BEARER_SCHEME.length()).strip());
    }
    for (String subprotocol : handshake.subprotocols()) {
      if (subprotocol.startsWith(BEARER_SUBPROTOCOL)) {
        candidates.add(subprotocol.substring(BEARER_SUBPROTOCOL.length()));
      }
    }
    return candidates.size() == 1 ? candidates.get(0) : "";
  }
}
