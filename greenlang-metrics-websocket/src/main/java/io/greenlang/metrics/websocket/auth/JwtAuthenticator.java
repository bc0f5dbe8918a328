package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.greenlang.metrics.MetricsClock;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.Set;

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
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(only, new ImmutableSecret<>(key.bytes())));
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
    try {
      JWTClaimsSet claims = processor.process(token, null);
      return ClaimsReader.principal(claims);
    } catch (BadJOSEException | JOSEException | ParseException e) {
      throw new AuthenticationException("the token is not accepted: " + e.getClass().getName());
    }
  }
}
