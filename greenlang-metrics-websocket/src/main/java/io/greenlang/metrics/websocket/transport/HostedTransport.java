package io.greenlang.metrics.websocket.transport;

/**
 * A way in through a host's container, which listens already. The server knows it by this only:
 * naming the Jakarta transport itself would load the container's classes, and a server that stands
 * alone has none.
 */
public interface HostedTransport {

  /** Lets clients in from now on. */
  void begin(TransportContext context);

  /** Lets nobody in any more; who is in stays. Idempotent. */
  void stopAccepting();

  /** Ends everything. Idempotent. */
  void stop();
}
