package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.websocket.auth.Principal;
import io.greenlang.metrics.websocket.internal.fetch.PendingException;
import io.greenlang.metrics.websocket.internal.session.SessionRegistry;
import io.greenlang.metrics.websocket.internal.session.TokenValidator;
import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Handshake;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The authorization of handshakes: first by origin, then by token. Runs on worker threads because
 * an authenticator may block.
 */
final class HandshakeAuthorizer {

  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int UNAVAILABLE = 503;
  private static final int RETRY_AFTER_SECONDS = 2;

  private final OriginPolicy origins;
  private final TokenValidator tokens;
  private final SessionRegistry sessions;

  HandshakeAuthorizer(OriginPolicy origins, TokenValidator tokens, SessionRegistry sessions) {
    this.origins = origins;
    this.tokens = tokens;
    this.sessions = sessions;
  }

  /**
   * The outcome for one handshake.
   *
   * @param authorized whether the client may connect; otherwise {@code admission} rejects it, or
   *     connects it to send the error
   * @param keys completes when the keys that verify the token have been read, so that another
   *     attempt is due; null if this verdict is final
   */
  record Verdict(
      Admission admission, boolean authorized, @Nullable CompletionStage<@Nullable Void> keys) {

    /** Creates a final verdict. */
    Verdict(Admission admission, boolean authorized) {
      this(admission, authorized, null);
    }

    /** Returns the verdict that rejects a handshake with an HTTP status. */
    static Verdict rejected(int status) {
      return new Verdict(new Admission.Rejected(status), false);
    }
  }

  /** Checks the origin, then the token. */
  Verdict authorize(Handshake handshake) {
    if (handshake.authorizations().size() > 1) {
      return Verdict.rejected(BAD_REQUEST); // which one counts would be ambiguous
    }
    if (!origins.allows(handshake.origins(), handshake.host())) {
      return Verdict.rejected(FORBIDDEN);
    }
    try {
      return authorize(handshake, tokens.validate(token(handshake), handshake.address()));
    } catch (PendingException e) { // not 401: the token may be valid
      return new Verdict(
          new Admission.Rejected(UNAVAILABLE, RETRY_AFTER_SECONDS), false, e.attempt());
    }
  }

  private Verdict authorize(Handshake handshake, @Nullable Principal principal) {
    String subprotocol =
        handshake.subprotocols().contains(Handshake.SUBPROTOCOL) ? Handshake.SUBPROTOCOL : null;
    if (principal != null) {
      return new Verdict(
          new Admission.Accepted(subprotocol, connection -> sessions.open(connection, principal)),
          true);
    }
    if (handshake.presentsBearer()) {
      return Verdict.rejected(UNAUTHORIZED); // not a browser: it can read the status
    }
    return new Verdict(new Admission.Accepted(subprotocol, sessions::rejectUnauthorized), false);
  }

  /**
   * Returns the token of a handshake. If there is none or more than one, returns the empty string,
   * which no authenticator accepts.
   */
  private static String token(Handshake handshake) {
    List<String> tokens = handshake.tokens();
    return tokens.size() == 1 ? tokens.get(0) : "";
  }
}
