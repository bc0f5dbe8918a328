package io.greenlang.metrics.testkit;

import io.greenlang.metrics.ManualClock;
import io.greenlang.metrics.testkit.security.SigningKey;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.JwtKeys;
import java.time.Instant;
import java.util.List;

class PublicKeyAuthenticatorContractTest extends AuthenticatorContract {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final SigningKey KEY = SigningKey.generate("EdDSA", "k");
  private static final String TOKEN =
      KEY.sign(
          "{\"iss\":\"https://id.example\",\"aud\":[\"other\",\"metrics\"],\"sub\":\"ada\",\"exp\":"
              + NOW.plusSeconds(60).getEpochSecond()
              + "}");

  private final Authenticator authenticator =
      new JwtAuthenticator(
          new ManualClock(NOW),
          List.of(
              JwtKeys.publicKeys(KEY.jwk())
                  .withIssuers(List.of("https://id.example"))
                  .withAudiences(List.of("metrics"))));

  @Override
  protected Authenticator authenticator() {
    return authenticator;
  }

  @Override
  protected String validToken() {
    return TOKEN;
  }
}
