package io.greenlang.metrics.websocket;

import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.session.SessionRegistry;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides who gets in: by origin, then by token. On worker threads, because it may block. */
final class Gatekeeper {

  private static final Logger log = LoggerFactory.getLogger(Gatekeeper.class);
  private static final String SUBPROTOCOL = "greenlang.v1";
  private static final String BEARER_SUBPROTOCOL = "bearer.";
  private static final String BEARER_SCHEME = "bearer ";
  private static final int MAX_TOKEN_LENGTH = 8 * 1024;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final OriginPolicy origins;
  private final Authenticator authenticator;
  private final SessionRegistry sessions;

  Gatekeeper(OriginPolicy origins, Authenticator authenticator, SessionRegistry sessions) {
    this.origins = origins;
    this.authenticator = authenticator;
    this.sessions = sessions;
  }

  Admission admit(Handshake handshake) {
    if (!origins.allows(handshake.origins(), handshake.host())) {
      return new Admission.Refused(FORBIDDEN);
    }
    Principal principal = authenticate(token(handshake));
    String subprotocol = handshake.subprotocols().contains(SUBPROTOCOL) ? SUBPROTOCOL : null;
    if (principal != null) {
      return new Admission.Opened(subprotocol, connection -> sessions.open(connection, principal));
    }
    if (handshake.authorization() != null) {
      return new Admission.Refused(UNAUTHORIZED); // no browser: it can see a status
    }
    return new Admission.Opened(subprotocol, sessions::refuse);
  }

  private @Nullable Principal authenticate(String token) {
    try {
      return authenticator.authenticate(token);
    } catch (AuthenticationException e) {
      log.debug("client refused: {}", e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      // Not with its message: who knows whether it quotes the token.
      log.warn("the authenticator failed with {}; client refused", e.getClass().getName());
    }
    return null;
  }

  /**
   * The one token of a handshake; empty, which no authenticator takes, if there is none or more.
   */
  private static String token(Handshake handshake) {
    List<String> tokens = new ArrayList<>(handshake.queryTokens());
    String authorization = handshake.authorization();
    if (authorization != null && authorization.toLowerCase(Locale.ROOT).startsWith(BEARER_SCHEME)) {
      tokens.add(authorization.substring(BEARER_SCHEME.length()).strip());
    }
    for (String offered : handshake.subprotocols()) {
      if (offered.startsWith(BEARER_SUBPROTOCOL)) {
        tokens.add(offered.substring(BEARER_SUBPROTOCOL.length()));
      }
    }
    boolean one = tokens.size() == 1 && tokens.get(0).length() <= MAX_TOKEN_LENGTH;
    return one ? tokens.get(0) : "";
  }
}
