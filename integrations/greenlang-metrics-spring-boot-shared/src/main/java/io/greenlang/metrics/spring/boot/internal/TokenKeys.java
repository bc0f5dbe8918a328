package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.GreenlangMetricsProperties;
import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import io.greenlang.metrics.websocket.auth.JwtKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys that verify tokens, from the application's properties. */
public final class TokenKeys {

  /** A placeholder that Spring left as it is; as a part of a secret, everyone could guess it. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}");

  private TokenKeys() {}

  /** Returns whether the properties name a secret, a public key, an address or an issuer. */
  public static boolean areConfigured(GreenlangMetricsProperties properties) {
    GreenlangMetricsProperties.Jwt jwt = properties.jwt();
    return properties.jwtSecret() != null
        || !jwt.additionalSecrets().isEmpty()
        || jwt.publicKeys() != null
        || jwt.jwksUrl() != null
        || !jwt.discoveryIssuers().isEmpty();
  }

  /**
   * Returns the keys that the properties name.
   *
   * @throws MetricsConfigurationException if one of them cannot be used, or has an unresolved
   *     placeholder
   */
  static List<JwtKeys> of(GreenlangMetricsProperties properties) {
    List<String> secrets = secrets(properties);
    secrets.forEach(TokenKeys::requireResolved);
    try {
      return keys(properties, secrets);
    } catch (IllegalArgumentException e) {
      throw new MetricsConfigurationException(
          "The keys of the metrics server cannot be used: " + e.getMessage() + ".",
          "Change greenlang.metrics.jwt-secret, greenlang.metrics.jwt-algorithm or"
              + " greenlang.metrics.jwt.*.",
          e);
    }
  }

  private static List<JwtKeys> keys(GreenlangMetricsProperties properties, List<String> secrets) {
    GreenlangMetricsProperties.Jwt jwt = properties.jwt();
    List<JwtKeys> keys = new ArrayList<>();
    if (!secrets.isEmpty()) {
      keys.add(JwtKeys.secrets(properties.jwtAlgorithm(), secrets).withIssuers(jwt.issuers()));
    }
    String publicKeys = jwt.publicKeys();
    if (publicKeys != null) {
      keys.add(JwtKeys.publicKeys(publicKeys).withIssuers(jwt.issuers()));
    }
    String url = jwt.jwksUrl();
    if (url != null) {
      keys.add(JwtKeys.fromUrl(url).withIssuers(jwt.issuers()));
    }
    jwt.discoveryIssuers().forEach(issuer -> keys.add(JwtKeys.discover(issuer)));
    return keys.stream()
        .map(
            each ->
                each.withAudiences(jwt.audiences())
                    .withRsaAlgorithm(jwt.rsaAlgorithm())
                    .withRefreshInterval(jwt.jwksRefreshInterval()))
        .toList();
  }

  private static List<String> secrets(GreenlangMetricsProperties properties) {
    List<String> secrets = new ArrayList<>(properties.jwt().additionalSecrets());
    String first = properties.jwtSecret();
    if (first != null) {
      secrets.add(0, first);
    }
    return secrets;
  }

  private static void requireResolved(String secret) {
    Matcher placeholder = PLACEHOLDER.matcher(secret);
    if (placeholder.find()) {
      throw new MetricsConfigurationException(
          "The secret of the metrics server contains the placeholder "
              + placeholder.group()
              + ", and no property or environment variable has that name.",
          "Set the environment variable, for example to the output of: openssl rand -base64 48.");
    }
  }
}
