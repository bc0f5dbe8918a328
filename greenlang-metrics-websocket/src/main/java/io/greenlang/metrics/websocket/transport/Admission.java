package io.greenlang.metrics.websocket.transport;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of a handshake. */
public sealed interface Admission {

  /**
   * The request is answered with a status and no WebSocket.
   *
   * @param status 401, 403, 429 or 503
   * @param retryAfterSeconds what the header {@code Retry-After} says; 0 for no such header
   */
  record Refused(int status, int retryAfterSeconds) implements Admission {

    /** Refused, and nothing said about another try. */
    public Refused(int status) {
      this(status, 0);
    }
  }

  /**
   * The WebSocket is opened. This does not mean that the client is welcome: a browser cannot see a
   * status, so it is let in, told what is wrong, and closed.
   *
   * @param subprotocol the one to select, or null
   * @param opener called once, on the connection's I/O thread, when it is open
   */
  record Opened(@Nullable String subprotocol, Function<Connection, ConnectionListener> opener)
      implements Admission {}
}
