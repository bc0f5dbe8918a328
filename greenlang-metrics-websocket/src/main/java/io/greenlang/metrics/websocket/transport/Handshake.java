package io.greenlang.metrics.websocket.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a client's WebSocket handshake that the server uses. All of them are untrusted.
 *
 * @param queryTokens the values of the query parameter {@code token}
 * @param authorization the value of the header {@code Authorization}
 * @param subprotocols the subprotocols that the client offers in {@code Sec-WebSocket-Protocol}, in
 *     order
 * @param origins the values of the header {@code Origin}
 * @param host the value of the header {@code Host}
 * @param address the numeric address of the client; null if the transport does not know it
 */
public record Handshake(
    List<String> queryTokens,
    @Nullable String authorization,
    List<String> subprotocols,
    List<String> origins,
    @Nullable String host,
    @Nullable String address) {

  /** The subprotocol that a client may offer; the server selects no other. */
  public static final String SUBPROTOCOL = "greenlang.v1";

  private static final String BEARER_SUBPROTOCOL = "bearer.";
  private static final String BEARER_SCHEME = "bearer ";

  /** Copies the lists. */
  public Handshake {
    queryTokens = List.copyOf(queryTokens);
    subprotocols = List.copyOf(subprotocols);
    origins = List.copyOf(origins);
  }

  /**
   * Returns the tokens that the client presents: in the query, in {@code Authorization} and as a
   * subprotocol. A client must present exactly one.
   */
  public List<String> tokens() {
    List<String> tokens = new ArrayList<>(queryTokens);
    String headerToken = authorization == null ? null : bearerToken(authorization);
    if (headerToken != null) {
      tokens.add(headerToken);
    }
    for (String subprotocol : subprotocols) {
      if (subprotocol.startsWith(BEARER_SUBPROTOCOL)) {
        tokens.add(subprotocol.substring(BEARER_SUBPROTOCOL.length()));
      }
    }
    return tokens;
  }

  /** Returns the token in a value of {@code Authorization}; null if its scheme is another. */
  public static @Nullable String bearerToken(String authorization) {
    return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER_SCHEME)
        ? authorization.substring(BEARER_SCHEME.length()).strip()
        : null;
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
