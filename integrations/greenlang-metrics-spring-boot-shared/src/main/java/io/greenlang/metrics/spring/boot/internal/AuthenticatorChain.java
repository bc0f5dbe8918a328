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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The authenticator of a Spring Boot application: a token is accepted if one of its methods accepts
 * it. Thread-safe.
 */
public final class AuthenticatorChain implements Authenticator {

  /** A placeholder that Spring left as it is; as a part of a secret, everyone could guess it. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}");

  private final List<AuthenticationMethod> methods;

  private AuthenticatorChain(List<AuthenticationMethod> methods) {
    this.methods = List.copyOf(methods);
  }

  /**
   * Returns the authenticator that the properties ask for.
   *
   * @param methods the methods of Spring Security, in their order
   * @param clock the clock of the expiry of tokens
   * @throws MetricsConfigurationException if there is no method, or the secret is too short or has
   *     an unresolved placeholder
   */
  public static Authenticator of(
      GreenlangMetricsProperties properties,
      List<AuthenticationMethod> methods,
      MetricsClock clock) {
    if (properties.allowAnonymous()) {
      return Authenticator.anonymous();
    }
    List<AuthenticationMethod> all = new ArrayList<>(methods);
    String secret = properties.jwtSecret();
    if (secret != null) {
      all.add(new AuthenticationMethod("JWT secret", signed(secret, properties, clock)));
    }
    if (all.isEmpty()) {
      throw new MetricsConfigurationException(
          "The metrics server has no way to authenticate its clients.",
          "Set greenlang.metrics.jwt-secret to at least 32 random bytes, or add Spring Security"
              + " (a port of its own requires a JwtDecoder), or set"
              + " greenlang.metrics.allow-anonymous=true if every client may read every metric.");
    }
    return new AuthenticatorChain(all);
  }

  private static Authenticator signed(
      String secret, GreenlangMetricsProperties properties, MetricsClock clock) {
    Matcher placeholder = PLACEHOLDER.matcher(secret);
    if (placeholder.find()) {
      throw new MetricsConfigurationException(
          "The secret of the metrics server contains the placeholder "
              + placeholder.group()
              + ", and no property or environment variable has that name.",
          "Set the environment variable, for example to the output of: openssl rand -base64 48.");
    }
    try {
      return new JwtAuthenticator(secret, properties.jwtAlgorithm(), clock);
    } catch (IllegalArgumentException e) {
      throw new MetricsConfigurationException(
          "The secret of the metrics server cannot be used: " + e.getMessage() + ".",
          "Change greenlang.metrics.jwt-secret or greenlang.metrics.jwt-algorithm.",
          e);
    }
  }

  @Override
  public Principal authenticate(String token) throws AuthenticationException {
    StringJoiner reasons = new StringJoiner("; ");
    for (AuthenticationMethod method : methods) {
      try {
        return method.authenticator().authenticate(token);
      } catch (AuthenticationException e) {
        reasons.add(method.name() + ": " + e.getMessage());
      }
    }
    throw new AuthenticationException(reasons.toString());
  }
}
