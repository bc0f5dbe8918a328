package io.greenlang.metrics.websocket.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A transport that listens on its own port for WebSocket connections. */
public interface Transport {

  /**
   * Starts to listen.
   *
   * @param context the server that the transport serves
   * @return the address that it listens on
   * @throws IOException if it cannot listen, for example because the port is in use; the message
   *     gives the reason
   */
  InetSocketAddress start(TransportContext context) throws IOException;

  /** Stops accepting connections; open connections stay open. Idempotent. */
  void stopAccepting();

  /** Closes the port and all open connections, and waits until they are closed. Idempotent. */
  void stop();
}
