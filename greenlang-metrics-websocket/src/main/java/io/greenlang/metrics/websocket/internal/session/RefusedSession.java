package io.greenlang.metrics.websocket.internal.session;

import io.greenlang.metrics.frame.Encoding;
import io.greenlang.metrics.websocket.transport.ConnectionListener;

/**
 * The listener of a connection that was opened only to send the reason why it is closed. It ignores
 * everything that the client sends.
 */
enum RefusedSession implements ConnectionListener {
  INSTANCE;

  @Override
  public void onMessage(Encoding encoding, byte[] message) {}

  @Override
  public void onActivity() {}

  @Override
  public void onWritable() {}

  @Override
  public void onClosed() {}
}
