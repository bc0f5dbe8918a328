package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.greenlang.metrics.MetricsClock;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/**
 * Accepts JSON Web Tokens that are signed with one secret by one algorithm: whatever else a token's
 * header says about keys and algorithms is not looked at, so {@code none}, {@code jwk} and {@code
 * kid} tricks have nothing to work on.
 *
 * <p>{@code sub} and {@code exp} must be there. {@code channels} (a list of names or prefixes) is
 * all that the token may see, and {@code tags} (a value or a list for each key) narrows every
 * subscription. Clocks may differ by {@value #SKEW_SECONDS} seconds.
 */
public final class JwtAuthenticator implements Authenticator {

  private static final int SKEW_SECONDS = 30;

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /**
   * An authenticator for one secret.
   *
   * @param secret shared with whoever makes the tokens, read as UTF-8
   * @param algorithm {@code HS256}, {@code HS384} or {@code HS512}
   * @param clock by which a token's time has run out
   * @throws IllegalArgumentException if the algorithm is another, or the secret is shorter than the
   *     algorithm's hash (RFC 7518, section 3.2)
   */
  public JwtAuthenticator(String secret, String algorithm, MetricsClock clock) {
    JwtSecret key = JwtSecret.of(secret, algorithm);
    JWSAlgorithm only = key.algorithm();
    // Not a JWK selector: that one looks for a key of the header's kid, and there is no such key.
    processor.setJWSKeySelector(
        new SingleKeyJWSKeySelector<>(only, new SecretKeySpec(key.bytes(), only.getName())));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(null, Set.of("sub", "exp")) {
          @Override
          protected Date currentTime() {
            return Date.from(Instant.ofEpochMilli(clock.wallMillis()));
          }
        };
    claims.setMaxClockSkew(SKEW_SECONDS);
    processor.setJWTClaimsSetVerifier(claims);
  }

  @Override
  public Principal authenticate(String token) throws AuthenticationException {
    if (!isCompact(token)) {
      throw new AuthenticationException("the token is not three parts of base64url");
    }
    try {
      JWTClaimsSet claims = processor.process(token, null);
      return ClaimsReader.principal(claims);
    } catch (BadJOSEException | JOSEException | ParseException | RuntimeException e) {
      // RuntimeException: a header that is just "null" makes a NullPointerException in the library.
      throw new AuthenticationException("the token is not accepted: " + e.getClass().getName());
    }
  }

  /** The library skips characters that are not base64url: one token would have many spellings. */
  private static boolean isCompact(String token) {
    int dots = 0;
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c == '.') {
        dots++;
      } else if (!isBase64Url(c)) {
        return false;
      }
    }
    return dots == 2;
  }

  private static boolean isBase64Url(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_';
  }
}
