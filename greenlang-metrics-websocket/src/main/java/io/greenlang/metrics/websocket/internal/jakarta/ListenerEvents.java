package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.transport.ConnectionListener;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events for a connection's listener. A container opens the session before the handshake is
 * decided, so events can precede the listener; they wait for it. Confined to the I/O thread.
 */
final class ListenerEvents {

  /** The events that precede the listener, bounded by {@link MessageReceiver}; null afterwards. */
  private @Nullable Queue<Consumer<ConnectionListener>> early = new ArrayDeque<>(1);

  private @Nullable ConnectionListener listener;

  /** Notifies the listener, or keeps the event for it. Does nothing after the end. */
  void dispatch(Consumer<ConnectionListener> event) {
    if (listener != null) {
      event.accept(listener);
    } else if (early != null) {
      early.add(event);
    }
  }

  /** Notifies the listener, or will notify it, that the socket accepts frames. */
  void onWritable() {
    if (listener != null) {
      listener.onWritable(); // directly, because this follows each send
    } else {
      dispatch(ConnectionListener::onWritable);
    }
  }

  /** Returns whether there is a listener. */
  boolean isOpen() {
    return listener != null;
  }

  /** Sets the listener and passes the early events to it. */
  void open(ConnectionListener newListener) {
    Queue<Consumer<ConnectionListener>> waiting = early;
    listener = newListener;
    early = null;
    if (waiting != null) {
      waiting.forEach(event -> event.accept(newListener));
    }
  }

  /** Notifies the listener of the end, once, and discards all later events. */
  void end() {
    ConnectionListener current = listener;
    early = null;
    listener = null;
    if (current != null) {
      current.onClosed();
    }
  }
}
