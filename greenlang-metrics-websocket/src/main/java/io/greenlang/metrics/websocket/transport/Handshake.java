package io.greenlang.metrics.websocket.transport;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent with its request to open a WebSocket. All of it is untrusted.
 *
 * @param queryTokens the values of the query parameter {@code token}
 * @param authorization the header {@code Authorization}
 * @param subprotocols what the client offers in {@code Sec-WebSocket-Protocol}, in order
 * @param origins the values of the header {@code Origin}
 * @param host the header {@code Host}
 * @param address where it came from, in figures; null if the transport cannot tell
 */
public record Handshake(
    List<String> queryTokens,
    @Nullable String authorization,
    List<String> subprotocols,
    List<String> origins,
    @Nullable String host,
    @Nullable String address) {

  /** Copies the lists. */
  public Handshake {
    queryTokens = List.copyOf(queryTokens);
    subprotocols = List.copyOf(subprotocols);
    origins = List.copyOf(origins);
  }

  /** Without the token, which must not get into a log. */
  @Override
  public String toString() {
    return "Handshake[origins=" + origins.size() + ", subprotocols=" + subprotocols.size() + "]";
  }
}
