package io.greenlang.metrics.websocket.transport;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** What a transport needs of the server behind it. Any thread. */
public interface TransportContext {

  /** Where to listen: a host name or address. */
  String host();

  /** Where to listen: a port, or 0 for any that is free. */
  int port();

  /** The path of the WebSocket, such as {@code /ws/metrics}. */
  String path();

  /** How long a message may be, in bytes, over all its fragments. */
  int maxMessageBytes();

  /**
   * Decides on a handshake. Does not block; the answer comes on another thread, and always.
   *
   * @param patience how long it can wait for its turn, when very many come at once, without holding
   *     up anybody else; zero if it holds a thread
   */
  CompletionStage<Admission> admit(Handshake handshake, Duration patience);

  /**
   * Whether pages of an origin might be let in, as far as the origin alone can tell. For a
   * transport that is asked about it first; {@link #admit} decides.
   */
  default boolean mayConnectFrom(String origin) {
    return true;
  }

  /** Threads for what may block, such as reading a file. */
  Executor workers();

  /** The body of {@code GET /health}, as JSON. */
  byte[] health();
}
