package io.greenlang.metrics.websocket.transport;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The decision on a handshake: {@link Rejected} or {@link Accepted}. */
public sealed interface Admission {

  /**
   * The transport responds with an HTTP status and opens no WebSocket.
   *
   * @param status 400, 401, 403, 429 or 503
   * @param retryAfterSeconds the value of the {@code Retry-After} header; 0 to omit the header
   */
  record Rejected(int status, int retryAfterSeconds) implements Admission {

    /** Rejects the handshake without a {@code Retry-After} header. */
    public Rejected(int status) {
      this(status, 0);
    }
  }

  /**
   * The transport opens the WebSocket. This does not mean that the client is accepted. A browser
   * cannot read a status, so a rejected browser is connected, receives an error message and is
   * closed.
   *
   * @param subprotocol the subprotocol to select, or null
   * @param opener called once, on the connection's I/O thread, when the WebSocket is open
   */
  record Accepted(@Nullable String subprotocol, Function<Connection, ConnectionListener> opener)
      implements Admission {}
}
