package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.frame.FrameSink;
import java.util.concurrent.Executor;

/**
 * One open WebSocket, as seen by the server. Except for {@link #close}, {@link #peer} and {@link
 * #ioThread}, all methods are called on the connection's {@linkplain #ioThread() I/O thread} only.
 */
public interface Connection extends FrameSink {

  /**
   * Returns the peer as {@code host:port}, or another label that the transport provides.
   * Thread-safe.
   */
  String peer();

  /**
   * Returns the label of a peer with a numeric address: {@code 127.0.0.1:12345}, {@code
   * [::1]:12345}.
   */
  static String label(String address, int port) {
    boolean unbracketedIpv6 = address.indexOf(':') >= 0 && !address.startsWith("[");
    return (unbracketedIpv6 ? "[" + address + "]" : address) + ":" + port;
  }

  /**
   * Returns the executor of the thread that writes this connection's frames. Connections that share
   * a thread return the same object. Thread-safe.
   */
  Executor ioThread();

  /**
   * Returns whether the socket accepts more frames now. Otherwise the caller can wait without
   * losing anything: the transport calls {@link ConnectionListener#onWritable} when the socket
   * accepts frames again.
   */
  boolean isWritable();

  /** Sends the frames written so far, in a single socket write if the transport supports it. */
  void flush();

  /**
   * Returns the number of bytes that were written and are still unsent. If this number stays the
   * same and is not 0, the peer has stopped reading.
   */
  long unsentBytes();

  /**
   * Closes the connection, with a close frame after the frames written so far. If the peer does not
   * read, the connection is closed without a close frame. Idempotent. Thread-safe.
   *
   * @param code the close code
   * @param reason the reason, for people who debug
   */
  void close(int code, String reason);
}
