package io.greenlang.metrics.websocket.auth;

import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.websocket.auth.VerificationKey.UnusableKeyException;
import io.greenlang.metrics.websocket.internal.fetch.HttpReader;
import io.greenlang.metrics.websocket.internal.fetch.RefreshedValue;
import java.net.URI;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one party that issues tokens, and the claims that its tokens must have. {@link
 * JwtAuthenticator} accepts the tokens of one or more of them:
 *
 * <pre>{@code
 * JwtKeys keys = JwtKeys.discover("https://id.example").withAudiences(List.of("metrics"));
 * new JwtAuthenticator(MetricsClock.system(), List.of(keys));
 * }</pre>
 *
 * <p>Each key verifies tokens of exactly one algorithm, which the key determines and never the
 * token. A secret has that of {@link #secrets}, and a key on an elliptic curve ES256, ES384, ES512
 * or EdDSA. An RSA key has the one that its JSON Web Key names, otherwise {@link
 * #withRsaAlgorithm}, and 2,048 to 8,192 bits. Immutable.
 */
public final class JwtKeys {

  private static final Logger log = LoggerFactory.getLogger(JwtKeys.class);

  private static final int MAX_SECRETS = 8;
  private static final Duration MIN_REFRESH_INTERVAL = Duration.ofMinutes(1);
  private static final Duration MAX_REFRESH_INTERVAL = Duration.ofHours(12);
  private static final Settings DEFAULTS =
      new Settings(List.of(), List.of(), "RS256", Duration.ofMinutes(5));

  /** A factory of the source of the keys. */
  private interface Opener {
    KeySource open(Settings settings, MetricsClock clock);
  }

  private record Settings(
      List<String> issuers,
      List<String> audiences,
      String rsaAlgorithm,
      Duration refreshInterval) {}

  private final String name;
  private final boolean isSecret;
  private final Opener opener;
  private final Settings settings;

  private JwtKeys(String name, boolean isSecret, Opener opener, Settings settings) {
    this.name = name;
    this.isSecret = isSecret;
    this.opener = opener;
    this.settings = settings;
  }

  /**
   * Returns the keys of a party that shares secrets with the server. Several secrets are accepted
   * at the same time, so that one can replace another.
   *
   * @param algorithm {@code HS256}, {@code HS384} or {@code HS512}
   * @param secrets 1 to 8 secrets, encoded as UTF-8
   * @throws IllegalArgumentException if the algorithm is not supported, there are too many secrets,
   *     or one is shorter than the algorithm's hash (RFC 7518, section 3.2)
   */
  public static JwtKeys secrets(String algorithm, List<String> secrets) {
    if (secrets.isEmpty() || secrets.size() > MAX_SECRETS) {
      throw new IllegalArgumentException(
          "there are " + secrets.size() + " JWT secrets; there must be 1 to " + MAX_SECRETS);
    }
    List<VerificationKey> keys = new ArrayList<>();
    for (String secret : secrets) {
      String variable = keys.isEmpty() ? "JWT_SECRET_KEY" : "JWT_ADDITIONAL_SECRET_KEYS";
      warnOfWhiteSpace(secret, variable);
      keys.add(VerificationKey.of(JwtSecret.of(secret, algorithm, variable)));
    }
    KeySource source = KeySource.fixed(new KeySet(keys, Map.of()));
    return new JwtKeys("secrets", true, (settings, clock) -> source, DEFAULTS);
  }

  private static void warnOfWhiteSpace(String secret, String variable) {
    if (!secret.equals(secret.strip())) {
      log.warn(
          "The JWT secret begins or ends with white space, such as the line break of a file. The"
              + " white space is part of the key. If all tokens are rejected, remove it from"
              + " {}",
          variable);
    }
  }

  /**
   * Returns public keys that do not change while the server runs.
   *
   * @param keys one or more PEM blocks {@code -----BEGIN PUBLIC KEY-----}, one JSON Web Key, or a
   *     set of them; at most 8 keys
   * @throws IllegalArgumentException if the text is malformed, or one of its keys is weak, private
   *     or not for signatures; the message has the reason
   */
  public static JwtKeys publicKeys(String keys) {
    readKeys(keys, DEFAULTS.rsaAlgorithm); // reports a mistake where it was made
    return new JwtKeys(
        "public keys",
        false,
        (settings, clock) -> KeySource.fixed(readKeys(keys, settings.rsaAlgorithm)),
        DEFAULTS);
  }

  private static KeySet readKeys(String text, String rsaAlgorithm) {
    try {
      KeySet keys =
          text.strip().startsWith("{")
              ? KeySetReader.read(text, rsaAlgorithm)
              : readPem(text, rsaAlgorithm);
      if (keys.refusals().isEmpty() && keys.size() > 0 && keys.size() <= KeySet.MAX_CANDIDATES) {
        return keys;
      }
      throw rejected(
          keys.refusals().isEmpty()
              ? "there are " + keys.size() + ", and there must be 1 to " + KeySet.MAX_CANDIDATES
              : KeySetReader.reasons(keys));
    } catch (UnusableKeyException e) {
      throw rejected(String.valueOf(e.getMessage()));
    } catch (ParseException e) {
      throw rejected("it begins with { and is not a JSON Web Key");
    }
  }

  private static KeySet readPem(String text, String rsaAlgorithm) throws UnusableKeyException {
    List<VerificationKey> keys = new ArrayList<>();
    for (PublicKey key : PemKeys.read(text)) {
      keys.add(VerificationKey.of(key, null, null, rsaAlgorithm));
    }
    return new KeySet(keys, Map.of());
  }

  private static IllegalArgumentException rejected(String reason) {
    return new IllegalArgumentException(
        "the public keys for tokens (JWT_PUBLIC_KEYS) cannot be used: " + reason);
  }

  /**
   * Returns the keys of a JSON Web Key Set at an address. They are read in the background when the
   * authenticator is created, every {@link #withRefreshInterval refresh interval} while tokens are
   * checked, and when a token names a key that is missing, at most every 20 s. If the address does
   * not respond, the last keys stay in use for up to 24 hours.
   *
   * @param url an http or https URL; at most 256 KiB and 64 keys are read within 4 s, and redirects
   *     are not followed
   * @throws IllegalArgumentException if the address is no such URL
   */
  public static JwtKeys fromUrl(String url) {
    URI address = HttpReader.address(url, "the URL of the token keys (JWT_JWKS_URL)");
    return remote(KeySetLoader.ofKeySet(address), DEFAULTS);
  }

  /**
   * Returns the keys that an OpenID provider announces at {@code
   * /.well-known/openid-configuration}, read as by {@link #fromUrl}. Only tokens with this issuer
   * are accepted.
   *
   * @param issuer the http or https URL of the issuer, exactly as in the claim {@code iss}
   * @throws IllegalArgumentException if the issuer is no such URL, or has a query
   */
  public static JwtKeys discover(String issuer) {
    KeySetLoader loader = KeySetLoader.ofIssuer(issuer);
    return remote(loader, DEFAULTS).withIssuers(List.of(issuer));
  }

  private static JwtKeys remote(KeySetLoader loader, Settings settings) {
    loader.warnUnlessEncrypted();
    return new JwtKeys(
        loader.toString(),
        false,
        (chosen, clock) -> {
          warnUnlessRestricted(loader, chosen);
          RefreshedValue<KeySet> keys =
              new RefreshedValue<>(
                  "the token keys of " + loader,
                  () -> loader.load(chosen.rsaAlgorithm),
                  chosen.refreshInterval,
                  clock);
          keys.prefetch();
          return KeySource.refreshed(keys);
        },
        settings);
  }

  private static void warnUnlessRestricted(KeySetLoader loader, Settings settings) {
    if (settings.audiences.isEmpty()) {
      log.warn(
          "The server accepts all tokens of {}, including those for other applications; set"
              + " JWT_AUDIENCES",
          loader);
    }
  }

  /**
   * Returns the same keys for tokens of certain issuers only.
   *
   * @param issuers the accepted values of the claim {@code iss}; empty to accept every token that
   *     the keys verify
   */
  public JwtKeys withIssuers(Collection<String> issuers) {
    return with(
        new Settings(
            List.copyOf(issuers),
            settings.audiences,
            settings.rsaAlgorithm,
            settings.refreshInterval));
  }

  /**
   * Returns the same keys for tokens of certain audiences only. Set this for an identity provider,
   * which also issues tokens for other applications.
   *
   * @param audiences the values of which the claim {@code aud} must contain at least one; empty to
   *     accept every token that the keys verify
   */
  public JwtKeys withAudiences(Collection<String> audiences) {
    return with(
        new Settings(
            settings.issuers,
            List.copyOf(audiences),
            settings.rsaAlgorithm,
            settings.refreshInterval));
  }

  /**
   * Returns the same keys with another algorithm for RSA keys that name none. The default is {@code
   * RS256}.
   *
   * @param algorithm {@code RS256}, {@code RS384}, {@code RS512}, {@code PS256}, {@code PS384} or
   *     {@code PS512}
   * @throws IllegalArgumentException if the algorithm is another one
   */
  public JwtKeys withRsaAlgorithm(String algorithm) {
    if (!VerificationKey.RSA.contains(algorithm)) {
      throw new IllegalArgumentException(
          "the algorithm of RSA keys is \""
              + algorithm
              + "\" (JWT_RSA_ALGORITHM); use RS256, RS384, RS512, PS256, PS384 or PS512");
    }
    return with(
        new Settings(settings.issuers, settings.audiences, algorithm, settings.refreshInterval));
  }

  /**
   * Returns the same keys with another age from which they are read again. A key that the provider
   * withdraws is accepted for about that long. It has no effect on keys that are not read from an
   * address. The default is five minutes.
   *
   * @param interval one minute to twelve hours, half of the time for which keys survive an outage
   * @throws IllegalArgumentException if the interval is out of range
   */
  public JwtKeys withRefreshInterval(Duration interval) {
    if (interval.compareTo(MIN_REFRESH_INTERVAL) < 0
        || interval.compareTo(MAX_REFRESH_INTERVAL) > 0) {
      throw new IllegalArgumentException(
          "the refresh interval of keys is "
              + interval
              + " (JWT_JWKS_REFRESH_INTERVAL); use one minute to twelve hours");
    }
    return with(
        new Settings(settings.issuers, settings.audiences, settings.rsaAlgorithm, interval));
  }

  private JwtKeys with(Settings changed) {
    return new JwtKeys(name, isSecret, opener, Objects.requireNonNull(changed));
  }

  /** Warns of keys without issuers beside keys with issuers, because they verify those, too. */
  static void warnUnlessSeparate(List<JwtKeys> keys) {
    List<String> issuers =
        keys.stream().flatMap(each -> each.settings.issuers.stream()).distinct().toList();
    for (JwtKeys each : keys) {
      if (!issuers.isEmpty() && each.settings.issuers.isEmpty()) {
        log.warn(
            "Keys without issuers ({}) also verify tokens of {}; set JWT_ISSUERS to the issuers of"
                + " these keys",
            each,
            issuers);
      }
    }
  }

  /** Opens the keys; those at an address begin to be read. */
  TrustedKeys open(MetricsClock clock) {
    return new TrustedKeys(
        opener.open(settings, clock), settings.issuers, settings.audiences, isSecret);
  }

  /** Returns the kind or the address of the keys, and no key. */
  @Override
  public String toString() {
    return name;
  }
}
