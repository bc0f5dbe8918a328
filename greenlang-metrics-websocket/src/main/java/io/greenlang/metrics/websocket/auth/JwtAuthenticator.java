package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SingleKeyJWSKeySelector;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.greenlang.metrics.MetricsClock;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An authenticator for JSON Web Tokens that are signed with one secret and one algorithm. It
 * ignores everything that a token's header says about keys and algorithms, so tricks with {@code
 * none}, {@code jwk} and {@code kid} have no effect.
 *
 * <p>The claims {@code sub} and {@code exp} are required. {@code channels}, a list of names or
 * prefixes, limits the channels that the client can see. {@code tags}, a value or a list of values
 * per key, narrows every subscription. {@code publish}, a list like {@code channels}, names the
 * channels to which the client can publish; without it there are none. Clocks may differ by {@value
 * #SKEW_SECONDS} seconds.
 *
 * <p>Thread-safe.
 */
public final class JwtAuthenticator implements Authenticator {

  private static final int SKEW_SECONDS = 30;

  private static final Logger log = LoggerFactory.getLogger(JwtAuthenticator.class);

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  /**
   * Creates an authenticator for one secret.
   *
   * @param secret the secret shared with the token issuer, encoded as UTF-8
   * @param algorithm {@code HS256}, {@code HS384} or {@code HS512}
   * @param clock the clock that determines whether a token has expired
   * @throws IllegalArgumentException if the algorithm is not supported, or the secret is shorter
   *     than the algorithm's hash (RFC 7518, section 3.2)
   */
  public JwtAuthenticator(String secret, String algorithm, MetricsClock clock) {
    JwtSecret key = JwtSecret.of(secret, algorithm);
    if (!secret.equals(secret.strip())) {
      log.warn(
          "The JWT secret begins or ends with white space, such as the line break of a file. The"
              + " white space is part of the key. If all tokens are rejected, remove it from"
              + " JWT_SECRET_KEY");
    }
    JWSAlgorithm jwsAlgorithm = key.algorithm();
    // Not a JWK selector: it would look up the key of the header's kid, and there is no such key.
    processor.setJWSKeySelector(
        new SingleKeyJWSKeySelector<>(
            jwsAlgorithm, new SecretKeySpec(key.bytes(), jwsAlgorithm.getName())));
    DefaultJWTClaimsVerifier<SecurityContext> claims =
        new DefaultJWTClaimsVerifier<>(null, Set.of("sub", "exp")) {
          @Override
          protected Date currentTime() {
            return Date.from(Instant.ofEpochMilli(clock.wallTimeMillis()));
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
      SignedJWT jwt = SignedJWT.parse(token);
      JWTClaimsSet claims = processor.process(jwt, null);
      ClaimsParser.requireTimes(jwt.getPayload().toJSONObject());
      return ClaimsParser.parse(claims);
    } catch (BadJOSEException | JOSEException | ParseException | RuntimeException e) {
      // RuntimeException: the library throws a NullPointerException if a header is just "null".
      throw new AuthenticationException("the token is not accepted: " + e.getClass().getName());
    }
  }

  /**
   * Returns whether the token is three parts of base64url. The library skips other characters, so
   * one token would have many spellings.
   */
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
