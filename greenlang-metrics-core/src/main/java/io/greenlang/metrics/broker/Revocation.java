package io.greenlang.metrics.broker;

import java.time.Instant;
import java.util.Objects;

/**
 * The statement that tokens must no longer be accepted, although they have not expired: one token,
 * or all tokens of a subject up to now. Immutable.
 *
 * @param kind the meaning of the name
 * @param name the identifier of the token (claim {@code jti}) or the subject (claim {@code sub}), 1
 *     to {@value #MAX_NAME_LENGTH} characters without control characters
 * @param revokedAt the time of the revocation, in milliseconds. It affects tokens of a subject that
 *     were issued (claim {@code iat}) in this second or before
 * @param until the time from which the revocation is no longer needed, because the tokens have
 *     expired. A later time than the year 9999 stands for its end
 */
public record Revocation(Kind kind, String name, Instant revokedAt, Instant until) {

  /** The maximum length of a name, in characters. */
  public static final int MAX_NAME_LENGTH = 256;

  /** The end of the last year with four digits, which is far from an overflow. */
  private static final Instant MAX_TIME = Instant.parse("9999-12-31T23:59:59.999Z");

  /** The tokens that a revocation affects. */
  public enum Kind {
    /** All tokens of a subject that have been issued. */
    SUBJECT,
    /** One token. */
    TOKEN
  }

  /**
   * Checks the name, cuts the times to milliseconds, and limits them to the years 1970 to 9999.
   *
   * @throws IllegalArgumentException if the name is empty, too long or has a control character
   */
  public Revocation {
    Objects.requireNonNull(kind, "kind");
    if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "a revocation must name a token or subject with 1 to "
              + MAX_NAME_LENGTH
              + " characters, but the name has "
              + name.length());
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("the name of a revocation has a control character");
    }
    revokedAt = limit(revokedAt);
    until = limit(until);
  }

  private static Instant limit(Instant time) {
    if (time.isAfter(MAX_TIME)) {
      return MAX_TIME;
    }
    return time.isBefore(Instant.EPOCH) ? Instant.EPOCH : Instant.ofEpochMilli(time.toEpochMilli());
  }

  /** Returns a revocation with the wider effect of two for the same name. */
  public Revocation merge(Revocation other) {
    return new Revocation(
        kind,
        name,
        revokedAt.isAfter(other.revokedAt) ? revokedAt : other.revokedAt,
        until.isAfter(other.until) ? until : other.until);
  }
}
