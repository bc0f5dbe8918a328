package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parser of a token's claims, which form a {@link Principal}. A malformed claim rejects the
 * token.
 */
final class ClaimsParser {

  /** The difference of clocks that is tolerated. */
  static final int SKEW_SECONDS = 30;

  /** The last second of the year 9999. */
  private static final double MAX_SECONDS = 253_402_300_799.0;

  private ClaimsParser() {}

  /**
   * Requires the times to be within the years 1970 to 9999. The library multiplies them by 1,000 as
   * longs. If that overflows, it reads a distant {@code nbf} as a time in the past.
   */
  static void requireTimes(@Nullable Map<String, Object> claims) throws AuthenticationException {
    for (String name : List.of("exp", "nbf", "iat")) {
      Object time = claims == null ? null : claims.get(name);
      if (time instanceof Number number
          && !(number.doubleValue() >= 0 && number.doubleValue() <= MAX_SECONDS)) {
        throw new AuthenticationException(
            "the claim " + name + " is not a time from 1970 to 9999 in seconds");
      }
    }
  }

  /**
   * Requires a token to have begun and not to have expired. The reason has the times, because a
   * wrong clock is the likeliest cause.
   *
   * @param nowMillis the current time in epoch milliseconds
   */
  static void requireValidAt(JWTClaimsSet claims, long nowMillis) throws AuthenticationException {
    Date expiry = claims.getExpirationTime();
    Date start = claims.getNotBeforeTime();
    Instant now = Instant.ofEpochMilli(nowMillis);
    if (expiry != null && !expiry.toInstant().plusSeconds(SKEW_SECONDS).isAfter(now)) {
      throw new AuthenticationException(
          "the token expired at " + expiry.toInstant() + ", and it is " + now);
    }
    if (start != null && !start.toInstant().minusSeconds(SKEW_SECONDS).isBefore(now)) {
      throw new AuthenticationException(
          "the token is not valid before " + start.toInstant() + ", and it is " + now);
    }
  }

  static Principal parse(JWTClaimsSet claims) throws AuthenticationException {
    String subject = claims.getSubject();
    Date expiry = claims.getExpirationTime();
    if (subject == null || subject.isBlank() || expiry == null) {
      throw new AuthenticationException("the claim sub or exp is missing or empty");
    }
    TokenRestrictions restrictions = TokenRestrictions.of(claims.getClaims());
    return new Principal(
        subject,
        expiry.toInstant(),
        restrictions.channels(),
        restrictions.tags(),
        restrictions.publish(),
        claims.getJWTID(),
        issuedAt(claims));
  }

  private static @Nullable Instant issuedAt(JWTClaimsSet claims) {
    Date issueTime = claims.getIssueTime();
    return issueTime == null ? null : issueTime.toInstant();
  }
}
