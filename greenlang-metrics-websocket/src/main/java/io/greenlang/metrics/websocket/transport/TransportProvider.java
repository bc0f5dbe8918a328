package io.greenlang.metrics.websocket.transport;

/**
 * Makes the transport of a server that stands alone. Found by {@link java.util.ServiceLoader}, so
 * that putting {@code greenlang-metrics-netty} on the class path is enough.
 */
@FunctionalInterface
public interface TransportProvider {

  /** A new transport, not started. */
  Transport create();
}
