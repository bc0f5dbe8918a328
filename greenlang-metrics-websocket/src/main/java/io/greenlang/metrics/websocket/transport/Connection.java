package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.feed.FrameSink;
import java.util.concurrent.Executor;

/**
 * One open WebSocket, as a transport shows it. Everything but {@link #close} and the labels is
 * called on the connection's {@linkplain #ioThread() I/O thread} only.
 */
public interface Connection extends FrameSink {

  /** The peer as {@code host:port}, or whatever label the transport has. Any thread. */
  String peer();

  /** A peer's label by its address in figures: {@code 127.0.0.1:12345}, {@code [::1]:12345}. */
  static String label(String address, int port) {
    boolean bare = address.indexOf(':') >= 0 && !address.startsWith("[");
    return (bare ? "[" + address + "]" : address) + ":" + port;
  }

  /**
   * The thread that this connection's frames are written on. Connections that share a thread return
   * the same object. Any thread.
   */
  Executor ioThread();

  /**
   * Whether the socket takes more now. When it does not, nothing is lost by waiting: {@link
   * ConnectionListener#onWritable} comes when it does again.
   */
  boolean isWritable();

  /** Sends what was written; one write to the socket where the transport can. */
  void flush();

  /**
   * How many bytes were written and have not left yet. Whoever sees the same number, not 0, for
   * long has a peer that takes nothing.
   */
  long unsentBytes();

  /**
   * Closes with a close frame behind what was written, and without one if the peer takes nothing.
   * Idempotent. Any thread.
   */
  void close(int code, String reason);
}
