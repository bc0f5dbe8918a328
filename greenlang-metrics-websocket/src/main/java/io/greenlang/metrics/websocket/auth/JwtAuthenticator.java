package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.websocket.internal.fetch.PendingException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An authenticator for JSON Web Tokens. It accepts a token if one of its {@link JwtKeys} verifies
 * it. The header of a token can choose between these keys by {@code kid} and nothing else: each key
 * has one algorithm, so tricks with {@code none}, {@code jwk} and {@code jku} have no effect.
 *
 * <p>The claims {@code sub} and {@code exp} are required, and {@code iss} and {@code aud} as the
 * keys demand. {@code channels}, a list of names or prefixes, limits the channels that the client
 * can see. {@code tags}, a value or a list of values per key, narrows every subscription. {@code
 * publish}, a list like {@code channels}, names the channels to which the client can publish;
 * without it there are none. Clocks may differ by {@value ClaimsParser#SKEW_SECONDS} seconds.
 *
 * <p>No call waits for the network. While keys cannot be read from their address, {@link
 * #authenticate} throws an unchecked exception for the tokens that need them. The server then holds
 * the handshake until the read in progress ends, or asks the client to try again. Thread-safe.
 */
public final class JwtAuthenticator implements Authenticator {

  /** RFC 7519, section 5.1, and RFC 9068, section 2.1. */
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  private final MetricsClock clock;
  private final List<TrustedKeys> trusted;

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
    this(clock, List.of(JwtKeys.secrets(algorithm, List.of(secret))));
  }

  /**
   * Creates an authenticator for the tokens of several parties. Keys at an address begin to be read
   * now; this does not wait for them.
   *
   * @param clock the clock that determines whether a token has expired, and the age of keys
   * @param keys at least one; the claim {@code iss} of a token selects those that may verify it
   * @throws IllegalArgumentException if there are no keys
   */
  public JwtAuthenticator(MetricsClock clock, List<JwtKeys> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there are no keys to verify tokens with");
    }
    JwtKeys.warnUnlessSeparate(keys);
    this.clock = clock;
    this.trusted = keys.stream().map(each -> each.open(clock)).toList();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The times and claims of a token are checked before its signature, which costs more.
   */
  @Override
  public Principal authenticate(String token) throws AuthenticationException {
    try {
      SignedJWT jwt = parse(token);
      ClaimsParser.requireTimes(jwt.getPayload().toJSONObject());
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      ClaimsParser.requireValidAt(claims, clock.wallTimeMillis());
      verify(jwt, claims);
      return ClaimsParser.parse(claims);
    } catch (PendingException e) {
      throw e;
    } catch (ParseException | RuntimeException e) {
      // RuntimeException: the library throws a NullPointerException if a header is just "null".
      throw new AuthenticationException("the token is malformed: " + e.getClass().getName());
    }
  }

  private static SignedJWT parseSigned(String token) throws AuthenticationException {
    try {
      return SignedJWT.parse(token);
    } catch (ParseException e) {
      throw new AuthenticationException(
          "the token has no header of a signed JWT; alg must not be missing or none");
    }
  }

  private static SignedJWT parse(String token) throws AuthenticationException {
    if (!isCompact(token)) {
      throw new AuthenticationException("the token is not three parts of base64url");
    }
    SignedJWT jwt = parseSigned(token);
    JWSHeader header = jwt.getHeader();
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw new AuthenticationException("the header has crit or b64, which are not supported");
    }
    String kid = header.getKeyID();
    if (kid != null && !KeySetReader.isValidKid(kid)) {
      throw new AuthenticationException("the header's kid is empty, too long or not printable");
    }
    JOSEObjectType type = header.getType();
    if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
      throw new AuthenticationException(
          "typ is " + QuotedText.of(type.getType()) + "; accepted: JWT, at+jwt");
    }
    return jwt;
  }

  private void verify(SignedJWT jwt, JWTClaimsSet claims) throws AuthenticationException {
    List<String> reasons = new ArrayList<>();
    PendingException pending = null;
    for (TrustedKeys keys : trusted) {
      if (keys.trusts(claims)) {
        try {
          String reason = keys.verify(jwt, claims);
          if (reason == null) {
            return;
          }
          reasons.add(reason);
        } catch (PendingException e) {
          pending = e; // other keys can verify the token
        }
      }
    }
    if (pending != null) {
      throw pending;
    }
    throw new AuthenticationException(
        reasons.isEmpty() ? untrusted(claims.getIssuer()) : String.join("; ", reasons));
  }

  private String untrusted(@Nullable String issuer) {
    List<String> accepted =
        trusted.stream().flatMap(keys -> keys.issuers().stream()).distinct().toList();
    return "iss is " + QuotedText.of(issuer) + "; accepted: " + accepted;
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
