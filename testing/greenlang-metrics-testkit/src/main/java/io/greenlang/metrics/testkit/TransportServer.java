package io.greenlang.metrics.testkit;

import io.greenlang.metrics.websocket.ServerStats;
import java.net.URI;

/** A server under test that listens on the loopback address, standalone or in a container. */
public interface TransportServer extends AutoCloseable {

  /** Returns the URL of the endpoint, such as {@code ws://127.0.0.1:41234/ws/metrics}. */
  URI url();

  /** Returns the statistics of the server. */
  ServerStats stats();

  /** Stops the server. Idempotent. */
  void stop();

  /** Restarts the server on the same port; only {@link TransportStandaloneContract} needs it. */
  void restart();

  @Override
  default void close() {
    stop();
  }
}
