package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.feed.Encoding;

/** What a transport tells of one connection, on that connection's I/O thread, one at a time. */
public interface ConnectionListener {

  /** A whole message came; {@code encoding} tells whether in text or binary frames. */
  void onMessage(Encoding encoding, byte[] message);

  /** Something came that shows that the peer lives: a frame of any kind. */
  void onActivity();

  /** The socket takes more again. */
  void onWritable();

  /** The connection is gone. Nothing comes after this. */
  void onClosed();
}
