package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one party, and the tokens that they may verify. Thread-safe.
 *
 * @param issuers the accepted values of {@code iss}; empty for all tokens, with or without it
 * @param audiences the values of which {@code aud} must contain one; empty for all tokens
 * @param isSecret whether the keys are shared secrets
 */
record TrustedKeys(
    KeySource source, List<String> issuers, List<String> audiences, boolean isSecret) {

  /** Returns whether a token's {@code iss} is one of ours. */
  boolean trusts(JWTClaimsSet claims) {
    String issuer = claims.getIssuer();
    return issuers.isEmpty() || (issuer != null && issuers.contains(issuer));
  }

  /**
   * Verifies the audience and the signature; returns null if both are valid, otherwise the reason.
   *
   * @throws io.greenlang.metrics.websocket.internal.fetch.PendingException if the key of the token
   *     is not known now, and may be known later
   */
  @Nullable String verify(SignedJWT token, JWTClaimsSet claims) {
    List<String> audience = claims.getAudience();
    if (!audiences.isEmpty() && audience.stream().noneMatch(audiences::contains)) {
      return "aud is " + QuotedText.of(audience) + "; accepted: " + audiences;
    }
    boolean isSigned = JWSAlgorithm.Family.SIGNATURE.contains(token.getHeader().getAlgorithm());
    if (isSigned == isSecret) { // a public key as a secret, or the reverse
      return "the token is signed with "
          + QuotedText.of(token.getHeader().getAlgorithm().getName())
          + ", which needs "
          + (isSecret ? "a public key" : "a shared secret");
    }
    KeySet keys = source.current();
    KeySet.Mismatch mismatch = keys.verify(token);
    if (mismatch != null && mismatch.isKeyUnknown()) {
      KeySet newer = source.newerThan(keys);
      mismatch = newer == null ? mismatch : newer.verify(token);
    }
    return mismatch == null ? null : mismatch.reason();
  }
}
