package io.greenlang.metrics.websocket.transport;

import io.greenlang.metrics.frame.Encoding;

/**
 * A listener to the events of one connection. The transport calls it on the connection's I/O
 * thread, one call at a time.
 */
public interface ConnectionListener {

  /** A listener that ignores all events, for a connection that is open only to be closed. */
  ConnectionListener IGNORING =
      new ConnectionListener() {

        @Override
        public void onMessage(Encoding encoding, byte[] message) {}

        @Override
        public void onActivity() {}

        @Override
        public void onWritable() {}

        @Override
        public void onClosed() {}
      };

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
