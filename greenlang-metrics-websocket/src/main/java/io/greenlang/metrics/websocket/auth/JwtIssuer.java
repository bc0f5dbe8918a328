package io.greenlang.metrics.websocket.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.greenlang.metrics.subscription.NamePattern;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An issuer of tokens that a server with the same secret accepts. It is meant for applications
 * without an identity provider, for examples and for tests. Each token has a random identifier and
 * the time of issue, so that it can be revoked. Thread-safe.
 */
public final class JwtIssuer {

  private final JwtSecret secret;
  private final @Nullable String issuer;
  private final @Nullable String audience;

  /**
   * Creates an issuer for one secret.
   *
   * @param secret the secret shared with the server, encoded as UTF-8
   * @param algorithm {@code HS256}, {@code HS384} or {@code HS512}
   * @throws IllegalArgumentException if the algorithm is not supported or the secret is too short,
   *     as for {@link JwtAuthenticator}
   */
  public JwtIssuer(String secret, String algorithm) {
    this(JwtSecret.of(secret, algorithm), null, null);
  }

  private JwtIssuer(JwtSecret secret, @Nullable String issuer, @Nullable String audience) {
    this.secret = secret;
    this.issuer = issuer;
    this.audience = audience;
  }

  /**
   * Returns an issuer with the same secret whose tokens have the claim {@code iss}, for a server
   * that accepts certain issuers only.
   */
  public JwtIssuer withIssuer(String name) {
    return new JwtIssuer(secret, name, audience);
  }

  /**
   * Returns an issuer with the same secret whose tokens have the claim {@code aud}, for a server
   * that demands an audience.
   */
  public JwtIssuer withAudience(String name) {
    return new JwtIssuer(secret, issuer, name);
  }

  /**
   * Returns a signed token for {@code subject} that can see all channels.
   *
   * @param subject the user or program that the token identifies
   * @param validity the time from now until the token expires
   */
  public String issue(String subject, Duration validity) {
    return sign(claims(subject, validity));
  }

  /**
   * Returns a signed token for a program that publishes and sees nothing.
   *
   * @param subject the program that the token identifies
   * @param validity the time from now until the token expires
   * @param channels the channels to which it can publish
   */
  public String issueForPublishing(
      String subject, Duration validity, Collection<NamePattern> channels) {
    return sign(
        claims(subject, validity)
            .claim("channels", List.of())
            .claim("publish", channels.stream().map(NamePattern::toString).toList()));
  }

  private JWTClaimsSet.Builder claims(String subject, Duration validity) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .subject(subject)
        .issuer(issuer)
        .audience(audience)
        .jwtID(UUID.randomUUID().toString())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(validity)));
  }

  private String sign(JWTClaimsSet.Builder builder) {
    JWTClaimsSet claims = builder.build();
    try {
      SignedJWT token = new SignedJWT(new JWSHeader(secret.algorithm()), claims);
      token.sign(new MACSigner(secret.bytes()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("failed to sign a token", e);
    }
  }
}
