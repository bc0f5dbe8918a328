package io.greenlang.metrics.websocket.internal.server;

import io.greenlang.metrics.websocket.transport.Transport;
import io.greenlang.metrics.websocket.transport.TransportProvider;
import java.util.ServiceLoader;

/** The choice of the transport that listens on the server's own port. */
final class OwnTransport {

  private OwnTransport() {}

  /**
   * Returns the configured transport, otherwise the one on the class path.
   *
   * @throws IllegalStateException if there is none, or if it cannot encrypt as configured
   */
  static Transport of(ServerConfig config) {
    Transport transport = config.transport() != null ? config.transport() : find();
    if (config.address().tls() != null && !transport.supportsTls()) {
      throw new IllegalStateException(
          "the transport "
              + transport.getClass().getName()
              + " does not support TLS; remove the settings TLS_* and tls(...), or use"
              + " io.greenlang:greenlang-metrics-netty");
    }
    return transport;
  }

  /**
   * Returns the transport that the thread's context class loader finds, otherwise that of this
   * class's loader. In an executable jar, the context class loader of a pool's thread finds none.
   */
  private static Transport find() {
    return ServiceLoader.load(TransportProvider.class)
        .findFirst()
        .or(
            () ->
                ServiceLoader.load(TransportProvider.class, OwnTransport.class.getClassLoader())
                    .findFirst())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "no transport on the class path: add the dependency"
                        + " io.greenlang:greenlang-metrics-netty"))
        .create();
  }
}
