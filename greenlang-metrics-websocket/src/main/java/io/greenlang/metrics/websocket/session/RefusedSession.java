package io.greenlang.metrics.websocket.session;

import io.greenlang.metrics.feed.Encoding;
import io.greenlang.metrics.websocket.transport.ConnectionListener;

/** A connection that was let in only to be told why it is closed. Whatever it sends is ignored. */
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
