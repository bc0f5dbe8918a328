package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.config.Environment;
import io.greenlang.metrics.internal.config.OptionValues;
import io.greenlang.metrics.websocket.auth.JwtAuthenticator;
import io.greenlang.metrics.websocket.auth.JwtKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the keys that verify tokens, from the options whose names begin with JWT.
 */
final class JwtConfig {

  private final OptionValues values;
  private final Environment environment;

  private JwtConfig(OptionValues values, Environment environment) {
    this.values = values;
    this.environment = environment;
  }

  /**
   * Returns the authenticator that the options ask for.
   *
   * @param clock decides whether a token has expired
   * @throws IllegalArgumentException if a value is malformed, or a key cannot be used
   * @throws IllegalStateException if there are no keys
   */
  static JwtAuthenticator authenticator(
      OptionValues values, Environment environment, MetricsClock clock) {
    List<JwtKeys> keys = new JwtConfig(values, environment).keys();
    if (keys.isEmpty()) {
      throw new IllegalStateException(
          "no key to validate tokens: set JWT_SECRET_KEY, JWT_PUBLIC_KEYS, JWT_JWKS_URL or"
              + " JWT_DISCOVERY_ISSUERS, or call jwtSecret(...) or authenticator(...) on the"
              + " builder, or allowAnonymous() to accept all clients");
    }
    return new JwtAuthenticator(clock, keys);
  }

  private List<JwtKeys> keys() {
    List<String> issuers = values.resolve(ServerOptions.JWT_ISSUERS, environment);
    List<JwtKeys> keys = new ArrayList<>();
    List<String> secrets = secrets();
    if (!secrets.isEmpty()) {
      String algorithm = values.resolve(ServerOptions.JWT_ALGORITHM, environment);
      keys.add(JwtKeys.secrets(algorithm, secrets).withIssuers(issuers));
    }
    String publicKeys = values.resolveOptional(ServerOptions.JWT_PUBLIC_KEYS, environment);
    if (publicKeys != null) {
      keys.add(JwtKeys.publicKeys(publicKeys).withIssuers(issuers));
    }
    String url = values.resolveOptional(ServerOptions.JWT_JWKS_URL, environment);
    if (url != null) {
      keys.add(JwtKeys.fromUrl(url).withIssuers(issuers));
    }
    for (String issuer : values.resolve(ServerOptions.JWT_DISCOVERY_ISSUERS, environment)) {
      keys.add(JwtKeys.discover(issuer));
    }
    return keys.stream().map(this::withCommonSettings).toList();
  }

  private JwtKeys withCommonSettings(JwtKeys keys) {
    return keys.withAudiences(values.resolve(ServerOptions.JWT_AUDIENCES, environment))
        .withRsaAlgorithm(values.resolve(ServerOptions.JWT_RSA_ALGORITHM, environment))
        .withRefreshInterval(values.resolve(ServerOptions.JWT_JWKS_REFRESH_INTERVAL, environment));
  }

  private List<String> secrets() {
    @Nullable String first = values.resolveOptional(ServerOptions.JWT_SECRET, environment);
    List<String> additional = values.resolve(ServerOptions.JWT_ADDITIONAL_SECRETS, environment);
    if (first == null && !additional.isEmpty()) {
      throw new IllegalArgumentException(
          "JWT_ADDITIONAL_SECRET_KEYS is set without JWT_SECRET_KEY; move one secret there");
    }
    List<String> secrets = new ArrayList<>(additional);
    if (first != null) {
      secrets.add(0, first);
    }
    return secrets;
  }
}
