package io.greenlang.metrics.testkit;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.time.Duration;

class JwtAuthenticatorContractTest extends AuthenticatorContract {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String TOKEN =
      new JwtIssuer(SECRET, "HS256").issue("ada", Duration.ofHours(1));

  private final Authenticator authenticator =
      new JwtAuthenticator(SECRET, "HS256", MetricsClock.system());

  @Override
  protected Authenticator authenticator() {
    return authenticator;
  }

  @Override
  protected String validToken() {
    return TOKEN;
  }
}
