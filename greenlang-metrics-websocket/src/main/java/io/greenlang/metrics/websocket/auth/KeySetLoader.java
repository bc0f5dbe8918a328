package io.greenlang.metrics.websocket.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.websocket.internal.fetch.HttpReader;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loader of the key set of an identity provider, from its address or by OpenID Connect Discovery.
 * It reads at most {@value #MAX_BYTES} bytes per document, and all of them within {@link #TIMEOUT}.
 * Thread-safe.
 */
final class KeySetLoader {

  /** Less than the five seconds that a handshake in a container can take. */
  static final Duration TIMEOUT = Duration.ofSeconds(4);

  static final int MAX_BYTES = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(KeySetLoader.class);
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]", Pattern.CASE_INSENSITIVE);
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  private final HttpReader reader = new HttpReader(MAX_BYTES);

  /** The address of the keys, or of the document that has their address. */
  private final URI url;

  /** The issuer that the document must name; null if the address is that of the keys. */
  private final @Nullable String issuer;

  private final Duration timeout;

  private KeySetLoader(URI url, @Nullable String issuer, Duration timeout) {
    this.url = url;
    this.issuer = issuer;
    this.timeout = timeout;
  }

  /** Returns a loader of the key set at a valid address. */
  static KeySetLoader ofKeySet(URI url) {
    return new KeySetLoader(url, null, TIMEOUT);
  }

  /**
   * Returns a loader of the key set that an issuer announces.
   *
   * @throws IllegalArgumentException if the issuer is not a URL, or has a query
   */
  static KeySetLoader ofIssuer(String issuer) {
    String name = "the issuer of tokens (JWT_DISCOVERY_ISSUERS)";
    if (HttpReader.address(issuer, name).getRawQuery() != null) {
      throw new IllegalArgumentException(name + " must have no query");
    }
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return new KeySetLoader(URI.create(base + DISCOVERY), issuer, TIMEOUT);
  }

  /** Returns a loader with another time limit, for tests. */
  KeySetLoader within(Duration limit) {
    return new KeySetLoader(url, issuer, limit);
  }

  /** Warns if the network could replace the keys on their way. */
  void warnUnlessEncrypted() {
    if (!isEncrypted(url) && !isLoopback(url.getHost())) {
      log.warn(
          "The token keys of {} are read without TLS; anyone on the network path can replace them"
              + " and sign tokens",
          this);
    }
  }

  private static boolean isEncrypted(URI address) {
    return address.getScheme().equalsIgnoreCase("https");
  }

  /** Returns whether a host is the local one by its text, without a query of its name. */
  private static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }

  /**
   * Reads the keys.
   *
   * @throws IOException if a document is unavailable, malformed or too long, or no key is usable
   */
  KeySet load(String rsaAlgorithm) throws IOException {
    long startNanos = System.nanoTime();
    URI address = issuer == null ? url : announcedAddress(issuer);
    Duration rest = timeout.minusNanos(System.nanoTime() - startNanos);
    if (rest.isNegative() || rest.isZero()) {
      throw new IOException("no complete response within " + timeout.toMillis() + " ms");
    }
    KeySet keys = parse(new String(reader.read(address, rest), UTF_8), rsaAlgorithm);
    if (keys.size() == 0) {
      throw new IOException("no key can be used: " + KeySetReader.reasons(keys));
    }
    if (!keys.refusals().isEmpty()) {
      log.debug("Keys of {} that are not used: {}", this, KeySetReader.reasons(keys));
    }
    return keys;
  }

  private static KeySet parse(String json, String rsaAlgorithm) throws IOException {
    try {
      return KeySetReader.read(json, rsaAlgorithm);
    } catch (ParseException | RuntimeException e) { // the message may quote the document
      throw new IOException("the document is not a JSON Web Key Set", e);
    }
  }

  /**
   * Returns the address in the provider's metadata. It must name the issuer itself (OpenID Connect
   * Discovery 1.0, section 4.3): otherwise another issuer's keys would verify this one's tokens.
   */
  private URI announcedAddress(String expectedIssuer) throws IOException {
    Map<String, Object> metadata = metadata();
    Object announced = metadata.get("issuer");
    if (!expectedIssuer.equals(announced)) {
      throw new IOException(
          "the provider's issuer is " + QuotedText.of(announced) + "; compare it exactly");
    }
    if (!(metadata.get("jwks_uri") instanceof String text)) {
      throw new IOException("the provider's metadata have no jwks_uri");
    }
    try {
      URI address = HttpReader.address(text, "jwks_uri");
      if (isEncrypted(url) && !isEncrypted(address)) {
        throw new IOException("the provider's jwks_uri has no TLS, and the issuer has");
      }
      return address;
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Map<String, Object> metadata() throws IOException {
    try {
      return KeySetReader.object(new String(reader.read(url, timeout), UTF_8));
    } catch (ParseException | RuntimeException e) { // the message may quote the document
      throw new IOException("the provider's metadata are not a JSON object", e);
    }
  }

  /** Returns the issuer, or the address without its query, which may contain a credential. */
  @Override
  public String toString() {
    if (issuer != null) {
      return issuer;
    }
    String text = url.toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query);
  }
}
