package io.greenlang.metrics.testkit;

import io.greenlang.metrics.websocket.ServerStats;
import java.net.URI;

/** A server that listens on the loopback address, whatever it runs in. */
public interface TransportServer extends AutoCloseable {

  /** Where the WebSocket is, such as {@code ws://127.0.0.1:41234/ws/metrics}. */
  URI url();

  /** What the server counts. */
  ServerStats stats();

  /** Stops it. Idempotent. */
  void stop();

  /** Starts it again at the same place, for a {@link TransportStandaloneContract} only. */
  void restart();

  @Override
  default void close() {
    stop();
  }
}
