package io.greenlang.metrics.websocket.transport;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a client's WebSocket handshake that the server uses. All of them are untrusted.
 *
 * @param queryTokens the values of the query parameter {@code token}
 * @param authorizations the values of the header {@code Authorization}; only the scheme {@code
 *     Bearer} concerns this server, because a proxy may use another
 * @param subprotocols the subprotocols that the client offers in {@code Sec-WebSocket-Protocol}, in
 *     order; see {@link #knownSubprotocols}
 * @param origins the values of the header {@code Origin}
 * @param host the value of the header {@code Host}
 * @param address the numeric address of the client; null if the transport does not know it
 */
public record Handshake(
    List<String> queryTokens,
    List<String> authorizations,
    List<String> subprotocols,
    List<String> origins,
    @Nullable String host,
    @Nullable String address) {

  /** The subprotocol that a client may offer; the server selects no other. */
  public static final String SUBPROTOCOL = "greenlang.v1";

  private static final String TOKEN_PARAMETER = "token";
  private static final String BEARER_SUBPROTOCOL = "bearer.";
  private static final String BEARER_SCHEME = "bearer";

  /** The tokens that are kept of each kind; two are as wrong as a thousand. */
  private static final int MAX_TOKENS = 2;

  private static final int KEY_BYTES = 16;
  private static final int KEY_LENGTH = 24;

  /** Copies the lists. */
  public Handshake {
    queryTokens = List.copyOf(queryTokens);
    authorizations = List.copyOf(authorizations);
    subprotocols = List.copyOf(subprotocols);
    origins = List.copyOf(origins);
  }

  /**
   * Returns the tokens that the client presents: in the query, in {@code Authorization} and as a
   * subprotocol. A client must present exactly one.
   */
  public List<String> tokens() {
    List<String> tokens = new ArrayList<>(queryTokens);
    for (String authorization : authorizations) {
      String token = bearerToken(authorization);
      if (token != null) {
        tokens.add(token);
      }
    }
    for (String subprotocol : subprotocols) {
      if (subprotocol.startsWith(BEARER_SUBPROTOCOL)) {
        tokens.add(subprotocol.substring(BEARER_SUBPROTOCOL.length()));
      }
    }
    return tokens;
  }

  /**
   * Returns whether the client presents a token in {@code Authorization}. Such a client is not a
   * browser: it can read an HTTP status.
   */
  public boolean presentsBearer() {
    return authorizations.stream().anyMatch(value -> bearerToken(value) != null);
  }

  /**
   * Returns the token in a value of {@code Authorization}, which may be empty; null if its scheme
   * is another.
   */
  public static @Nullable String bearerToken(String authorization) {
    String value = authorization.strip();
    int schemeEnd = BEARER_SCHEME.length();
    boolean isBearer =
        value.toLowerCase(Locale.ROOT).startsWith(BEARER_SCHEME)
            && (value.length() == schemeEnd || value.charAt(schemeEnd) == ' ');
    return isBearer ? value.substring(schemeEnd).strip() : null;
  }

  /**
   * Returns the values of the parameter {@code token} in a query, at most two.
   *
   * @param query the query, not decoded; null if there is none
   * @throws IllegalArgumentException if a name, or the value of a token, cannot be decoded
   */
  public static List<String> queryTokens(@Nullable String query) {
    List<String> tokens = new ArrayList<>(1);
    int start = 0;
    while (query != null && start <= query.length() && tokens.size() < MAX_TOKENS) {
      int mark = query.indexOf('&', start);
      int end = mark < 0 ? query.length() : mark;
      addToken(query.substring(start, end), tokens);
      start = end + 1;
    }
    return tokens;
  }

  private static void addToken(String parameter, List<String> tokens) {
    int equals = parameter.indexOf('=');
    String name = equals < 0 ? parameter : parameter.substring(0, equals);
    if (decode(name).equals(TOKEN_PARAMETER)) {
      tokens.add(decode(equals < 0 ? "" : parameter.substring(equals + 1)));
    }
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /**
   * Returns the subprotocols that this server knows: {@link #SUBPROTOCOL} and the first two tokens.
   * A client can offer thousands, and its handshake may be queued.
   *
   * @param headers the values of {@code Sec-WebSocket-Protocol}
   */
  public static List<String> knownSubprotocols(List<String> headers) {
    List<String> offered = splitLists(headers);
    List<String> known = new ArrayList<>(MAX_TOKENS + 1);
    if (offered.contains(SUBPROTOCOL)) {
      known.add(SUBPROTOCOL);
    }
    offered.stream()
        .filter(subprotocol -> subprotocol.startsWith(BEARER_SUBPROTOCOL))
        .limit(MAX_TOKENS)
        .forEach(known::add);
    return known;
  }

  /**
   * Returns whether a value of {@code Sec-WebSocket-Key} is 16 bytes in base64 (RFC 6455, section
   * 4.2.1).
   */
  public static boolean isKey(String value) {
    try {
      return value.length() == KEY_LENGTH && Base64.getDecoder().decode(value).length == KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns the elements of headers that are comma-separated lists, without spaces around them. */
  public static List<String> splitLists(List<String> headers) {
    List<String> elements = new ArrayList<>(2);
    for (String header : headers) {
      for (String element : header.split(",", -1)) {
        elements.add(element.trim());
      }
    }
    return elements;
  }

  /** Omits the token, which must not appear in a log. */
  @Override
  public String toString() {
    return "Handshake[origins=" + origins.size() + ", subprotocols=" + subprotocols.size() + "]";
  }
}
