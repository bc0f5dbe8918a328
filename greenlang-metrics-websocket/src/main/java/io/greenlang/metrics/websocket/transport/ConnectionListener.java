package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.frame.Encoding;

/**
 * A listener to the events of one connection. The transport calls it on the connection's I/O
 * thread, one call at a time.
 */
public interface ConnectionListener {

  /**
   * Called with each complete message.
   *
   * @param encoding JSON for text frames, MessagePack for binary frames
   * @param message the payload
   */
  void onMessage(Encoding encoding, byte[] message);

  /** Called when a frame of any kind shows that the peer is alive. */
  void onActivity();

  /** Called when the socket accepts frames again. */
  void onWritable();

  /** Called when the connection is closed. It is the last call. */
  void onClosed();
}
