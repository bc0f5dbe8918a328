package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only path to an {@link Authenticator}, for handshakes and for tokens that replace another.
 * Whatever the authenticator does, the result is a principal or a rejection. A check may block, so
 * it must not run on an I/O thread. Thread-safe.
 */
public final class TokenValidator {

  private static final Logger log = LoggerFactory.getLogger(TokenValidator.class);
  private static final int MAX_LENGTH = 8 * 1024;

  /** RFC 6750, section 2.1. The JWT library skips invalid characters, such as NUL. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final Authenticator authenticator;

  /** Creates a check that guards the given authenticator. */
  public TokenValidator(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /**
   * Returns the client that a token identifies, or null if the token is not accepted.
   *
   * @param token the token that the client sent; if it is malformed, the authenticator receives the
   *     empty string
   */
  public @Nullable Principal validate(String token) {
    boolean wellFormed = token.length() <= MAX_LENGTH && TOKEN.matcher(token).matches();
    try {
      return authenticator.authenticate(wellFormed ? token : "");
    } catch (AuthenticationException e) {
      log.debug("client refused: {}", e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      // Log the class only: the exception's message may quote the token.
      log.warn("Authenticator failed with {}; client refused", e.getClass().getName());
    }
    return null;
  }
}
