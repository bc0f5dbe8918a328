package io.greenlang.metrics.websocket.auth;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to an authenticator, for a handshake and for a token that is to replace another.
 * Whatever the authenticator does, the answer is a principal or a refusal. It may block, so not on
 * an I/O thread; any other.
 */
public final class TokenCheck {

  private static final Logger log = LoggerFactory.getLogger(TokenCheck.class);
  private static final int MAX_LENGTH = 8 * 1024;

  /** RFC 6750, section 2.1. The JWT library skips what does not belong into one, such as NUL. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final Authenticator authenticator;

  /** Puts an authenticator under guard. */
  public TokenCheck(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /**
   * Whose token it is; null if it is not accepted.
   *
   * @param token what a client sent; what cannot be a token is shown to the authenticator as empty
   */
  public @Nullable Principal check(String token) {
    boolean wellFormed = token.length() <= MAX_LENGTH && TOKEN.matcher(token).matches();
    try {
      return authenticator.authenticate(wellFormed ? token : "");
    } catch (AuthenticationException e) {
      log.debug("client refused: {}", e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      // Not with its message: who knows whether it quotes the token.
      log.warn("the authenticator failed with {}; client refused", e.getClass().getName());
    }
    return null;
  }
}
