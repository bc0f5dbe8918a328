package io.greenlang.metrics.websocket.internal.server;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rule that decides which web pages may connect. A browser sends the page's origin with the
 * handshake, and a page cannot forge it. Without this check, any web page could use its visitor's
 * network access and credentials (cross-site WebSocket hijacking).
 *
 * <p>Origins are compared by scheme, host and port, never as text or by pattern. By default a page
 * must come from the host that it connects to. Programs send no origin and are always allowed.
 */
final class OriginPolicy {

  private record Origin(String scheme, String host, int port) {}

  /**
   * The syntax that browsers use. {@code java.net.URI} does not fit: it finds no host if a name
   * contains an underscore, which is common in container names.
   */
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?<scheme>[a-z][a-z0-9+.-]*)://(?<host>[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::(?<port>[0-9]{0,5}))?",
          Pattern.CASE_INSENSITIVE);

  private final Set<Origin> allowed = new HashSet<>();

  /**
   * Creates a policy.
   *
   * @param origins such as {@code https://example.com}; empty allows pages from the same host only
   * @throws IllegalArgumentException if an element is not an origin
   */
  OriginPolicy(List<String> origins) {
    for (String text : origins) {
      Origin origin = parse(text);
      if (origin == null) {
        throw new IllegalArgumentException(
            "allowed origin \""
                + text
                + "\" ("
                + ServerOptions.ALLOWED_ORIGINS.name()
                + ") must be "
                + ServerOptions.ALLOWED_ORIGINS.allowed());
      }
      allowed.add(origin);
    }
  }

  /**
   * Returns whether a handshake with these headers is allowed.
   *
   * @param origins the values of {@code Origin}; more than one is rejected
   * @param host the value of {@code Host}, or null
   */
  boolean allows(List<String> origins, @Nullable String host) {
    if (origins.isEmpty()) {
      return true;
    }
    Origin origin = origins.size() == 1 ? parse(origins.get(0)) : null;
    if (origin == null) {
      return false;
    }
    if (!allowed.isEmpty()) {
      return allowed.contains(origin);
    }
    // Trust the page's scheme: behind a proxy that terminates TLS, the server cannot know its own.
    return host != null && origin.equals(parse(origin.scheme() + "://" + host));
  }

  /** Returns whether a page of this origin may connect to at least one host. */
  boolean allowsOnSomeHost(String origin) {
    Origin parsed = parse(origin);
    return parsed != null && (allowed.isEmpty() || allowed.contains(parsed));
  }

  private static @Nullable Origin parse(String text) {
    Matcher origin = ORIGIN.matcher(text);
    if (!origin.matches()) {
      return null; // includes "null", the origin of a sandboxed page
    }
    String scheme = origin.group("scheme").toLowerCase(Locale.ROOT);
    String host = origin.group("host").toLowerCase(Locale.ROOT);
    String port = origin.group("port");
    int number =
        port != null && !port.isEmpty()
            ? Integer.parseInt(port)
            : scheme.equals("https") ? 443 : 80;
    return new Origin(scheme, host, number);
  }
}
