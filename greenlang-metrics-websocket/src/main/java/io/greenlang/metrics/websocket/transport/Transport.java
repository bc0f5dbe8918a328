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

  /**
   * Returns whether this transport encrypts its connections if {@link TransportContext#tls} has a
   * certificate. The server does not start a transport that would ignore it.
   */
  default boolean supportsTls() {
    return false;
  }

  /**
   * Reads the files of the certificate again, for new connections. Open connections keep their
   * sessions. May block.
   *
   * @throws IOException if the files cannot be used; the previous certificate stays in use
   * @throws IllegalStateException if the transport does not listen with a certificate
   */
  default void reloadTls() throws IOException {
    throw new IllegalStateException("this transport has no TLS certificate to reload");
  }

  /** Stops accepting connections; open connections stay open. Idempotent. */
  void stopAccepting();

  /** Closes the port and all open connections, and waits until they are closed. Idempotent. */
  void stop();
}
