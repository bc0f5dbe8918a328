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
 *     expired
 */
public record Revocation(Kind kind, String name, Instant revokedAt, Instant until) {

  /** The maximum length of a name, in characters. */
  public static final int MAX_NAME_LENGTH = 256;

  /** The tokens that a revocation affects. */
  public enum Kind {
    /** All tokens of a subject that have been issued. */
    SUBJECT,
    /** One token. */
    TOKEN
  }

  /**
   * Checks the name, and cuts the times to milliseconds.
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
    revokedAt = Instant.ofEpochMilli(revokedAt.toEpochMilli());
    until = Instant.ofEpochMilli(until.toEpochMilli());
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
