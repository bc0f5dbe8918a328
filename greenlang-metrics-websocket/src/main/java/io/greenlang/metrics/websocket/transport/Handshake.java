package io.greenlang.metrics.websocket.transport;

import java.util.List;
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

  /** Copies the lists. */
  public Handshake {
    queryTokens = List.copyOf(queryTokens);
    subprotocols = List.copyOf(subprotocols);
    origins = List.copyOf(origins);
  }

  /** Omits the token, which must not appear in a log. */
  @Override
  public String toString() {
    return "Handshake[origins=" + origins.size() + ", subprotocols=" + subprotocols.size() + "]";
  }
}
