package io.greenlang.metrics.websocket.transport;

/**
 * A transport inside an application's container, which already listens. The server uses only this
 * interface: a reference to the Jakarta transport would load the container's classes, and a
 * standalone server has none.
 */
public interface ContainerTransport {

  /** Starts to accept clients. */
  void start(TransportContext context);

  /** Stops accepting clients; connected clients stay connected. Idempotent. */
  void stopAccepting();

  /** Closes all connections and releases all resources. Idempotent. */
  void stop();
}
