package io.greenlang.metrics.websocket.transport;

/**
 * A factory of transports for standalone servers. {@link java.util.ServiceLoader} finds it, so it
 * is enough to put {@code greenlang-metrics-netty} on the class path.
 */
@FunctionalInterface
public interface TransportProvider {

  /** Returns a new transport that is not started. */
  Transport create();
}
