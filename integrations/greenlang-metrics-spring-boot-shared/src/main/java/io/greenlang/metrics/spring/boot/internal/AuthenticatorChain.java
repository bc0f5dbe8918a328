package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import io.greenlang.metrics.websocket.auth.AuthenticationException;
import io.greenlang.metrics.websocket.auth.Authenticator;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The authenticator of a Spring Boot application: a token is accepted if one of its methods accepts
 * it. A method that cannot check tokens now does not keep the others from it. Thread-safe.
 */
public final class AuthenticatorChain implements Authenticator {

  private final List<AuthenticationMethod> methods;

  /** Creates a chain of methods, in their order. */
  public AuthenticatorChain(List<AuthenticationMethod> methods) {
    this.methods = List.copyOf(methods);
  }

  /**
   * Returns the authenticator that the properties ask for.
   *
   * @param methods the methods of Spring Security, in their order
   * @param clock the clock of the expiry of tokens
   * @throws MetricsConfigurationException if there is no method, or a key cannot be used
   */
  public static Authenticator of(
      GreenlangMetricsProperties properties,
      List<AuthenticationMethod> methods,
      MetricsClock clock) {
    if (properties.allowAnonymous()) {
      return Authenticator.anonymous();
    }
    List<AuthenticationMethod> all = new ArrayList<>(methods);
    if (TokenKeys.areConfigured(properties)) {
      all.add(
          new AuthenticationMethod(
              "JWT keys", new JwtAuthenticator(clock, TokenKeys.of(properties))));
    }
    if (all.isEmpty()) {
      throw new MetricsConfigurationException(
          "The metrics server has no way to authenticate its clients.",
          "Set greenlang.metrics.jwt-secret to at least 32 random bytes, or"
              + " greenlang.metrics.jwt.discovery-issuers to an identity provider. You can also add"
              + " Spring Security (a separate port requires a JwtDecoder), or set"
              + " greenlang.metrics.allow-anonymous=true if every client may read every metric.");
    }
    return new AuthenticatorChain(all);
  }

  @Override
  public Principal authenticate(String token) throws AuthenticationException {
    StringJoiner reasons = new StringJoiner("; ");
    @Nullable RuntimeException failure = null;
    for (AuthenticationMethod method : methods) {
      try {
        return method.authenticator().authenticate(token);
      } catch (AuthenticationException e) {
        reasons.add(method.name() + ": " + e.getMessage());
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure; // the method that failed could have accepted the token
    }
    throw new AuthenticationException(reasons.toString());
  }
}
