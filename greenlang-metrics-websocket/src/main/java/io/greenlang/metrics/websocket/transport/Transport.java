package io.greenlang.metrics.websocket.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Listens for WebSocket connections. */
public interface Transport {

  /**
   * Begins to listen.
   *
   * @return where
   * @throws IOException if it cannot: the port is in use, say; the message tells
   */
  InetSocketAddress start(TransportContext context) throws IOException;

  /** Takes no new connections from now on; those that are open stay. Idempotent. */
  void stopAccepting();

  /** Ends everything, open connections too, and waits for it. Idempotent. */
  void stop();
}
