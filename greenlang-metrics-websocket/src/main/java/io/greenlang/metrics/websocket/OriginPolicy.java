package io.greenlang.metrics.websocket;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may connect. A browser sends the page's origin with the handshake, and no page
 * can forge it; without this check any page on the web could use its visitor's reach (cross-site
 * WebSocket hijacking).
 *
 * <p>Origins are compared as scheme, host and port, never as text or by pattern. By default a page
 * must come from the host that it connects to. A program sends no origin and is let through.
 */
final class OriginPolicy {

  private record Origin(String scheme, String host, int port) {}

  /**
   * As browsers write it. Not as {@code java.net.URI} reads it, which finds no host where a name
   * has an underscore, as those of containers often do.
   */
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?<scheme>[a-z][a-z0-9+.-]*)://(?<host>[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::(?<port>[0-9]{0,5}))?",
          Pattern.CASE_INSENSITIVE);

  private final Set<Origin> allowed = new HashSet<>();

  /**
   * A policy.
   *
   * @param origins such as {@code https://example.com}; empty for the same host only
   * @throws IllegalArgumentException if one is not an origin
   */
  OriginPolicy(List<String> origins) {
    for (String text : origins) {
      Origin origin = parse(text);
      if (origin == null) {
        throw new IllegalArgumentException(
            "allowed origin \""
                + text
                + "\" (WS_ALLOWED_ORIGINS) must be a scheme, a host and perhaps a port, such as https://example.com");
      }
      allowed.add(origin);
    }
  }

  /**
   * Whether a handshake with these headers may go on.
   *
   * @param origins the values of {@code Origin}; more than one is refused
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
    // The scheme is the page's word: behind a proxy that ends TLS, the server cannot know its own.
    return host != null && origin.equals(parse(origin.scheme() + "://" + host));
  }

  /** Whether a page of this origin may connect to some host. */
  boolean mayAllow(String origin) {
    Origin parsed = parse(origin);
    return parsed != null && (allowed.isEmpty() || allowed.contains(parsed));
  }

  private static @Nullable Origin parse(String text) {
    Matcher origin = ORIGIN.matcher(text);
    if (!origin.matches()) {
      return null; // so is "null", which a sandboxed page sends
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
