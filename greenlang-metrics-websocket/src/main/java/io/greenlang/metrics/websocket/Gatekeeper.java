package io.greenlang.metrics.websocket;

import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.auth.TokenCheck;
import io.greenlang.metrics.websocket.session.SessionRegistry;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decides who gets in: by origin, then by token. On worker threads, because it may block. */
final class Gatekeeper {

  private static final String SUBPROTOCOL = "greenlang.v1";
  private static final String BEARER_SUBPROTOCOL = "bearer.";
  private static final String BEARER_SCHEME = "bearer ";

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final OriginPolicy origins;
  private final TokenCheck tokens;
  private final SessionRegistry sessions;

  Gatekeeper(OriginPolicy origins, TokenCheck tokens, SessionRegistry sessions) {
    this.origins = origins;
    this.tokens = tokens;
    this.sessions = sessions;
  }

  Admission admit(Handshake handshake) {
    if (!origins.allows(handshake.origins(), handshake.host())) {
      return new Admission.Refused(FORBIDDEN);
    }
    Principal principal = tokens.check(token(handshake));
    String subprotocol = handshake.subprotocols().contains(SUBPROTOCOL) ? SUBPROTOCOL : null;
    if (principal != null) {
      return new Admission.Opened(subprotocol, connection -> sessions.open(connection, principal));
    }
    if (handshake.authorization() != null) {
      return new Admission.Refused(UNAUTHORIZED); // no browser: it can see a status
    }
    return new Admission.Opened(subprotocol, sessions::refuse);
  }

  /**
   * The one token of a handshake; empty, which no authenticator takes, if there is none or more.
   */
  private static String token(Handshake handshake) {
    List<String> found = new ArrayList<>(handshake.queryTokens());
    String authorization = handshake.authorization();
    if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER_SCHEME)) {
      found.add(authorization.substring(BEARER_SCHEME.length()).strip());
    }
    for (String offered : handshake.subprotocols()) {
      if (offered.startsWith(BEARER_SUBPROTOCOL)) {
        found.add(offered.substring(BEARER_SUBPROTOCOL.length()));
      }
    }
    return found.size() == 1 ? found.get(0) : "";
  }
}
