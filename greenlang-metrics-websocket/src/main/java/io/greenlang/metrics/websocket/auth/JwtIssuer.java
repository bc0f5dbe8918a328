package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/**
 * Makes tokens that a server with the same secret accepts. For a host that has no identity provider
 * of its own, for examples and for tests. Any thread.
 */
public final class JwtIssuer {

  private final JwtSecret secret;

  /**
   * An issuer for one secret.
   *
   * @throws IllegalArgumentException as {@link JwtAuthenticator} does
   */
  public JwtIssuer(String secret, String algorithm) {
    this.secret = JwtSecret.of(secret, algorithm);
  }

  /**
   * A token for {@code subject} that may see everything from now until {@code validity} is over.
   */
  public String issue(String subject, Duration validity) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .subject(subject)
            .expirationTime(Date.from(Instant.now().plus(validity)))
            .build();
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(secret.algorithm()), claims);
      token.sign(new MACSigner(secret.bytes()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("signing with a secret of the right length failed", e);
    }
  }
}
