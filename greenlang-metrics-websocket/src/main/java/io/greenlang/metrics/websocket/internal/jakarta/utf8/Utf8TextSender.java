package io.greenlang.metrics.websocket.internal.jakarta.utf8;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.nio.ByteBuffer;

/**
 * A sender of text messages that are already encoded as UTF-8, for one session. Confined to the I/O
 * thread.
 *
 * <p>Jakarta WebSocket accepts texts only as strings. Without this interface, each client's
 * delivery decodes the shared bytes to a string, and the container encodes it again: on Tomcat one
 * character at a time, and in fragments of 8 KiB with a task for each; on Undertow with three
 * copies. Both containers can send bytes as text below that interface, which their own {@code
 * sendText} ends in.
 */
@FunctionalInterface
public interface Utf8TextSender {

  /**
   * Sends a message.
   *
   * @param utf8 the text; it is read until the handler is called, and not modified
   * @param handler called as by {@link RemoteEndpoint.Async#sendText(String, SendHandler)}
   * @throws IllegalStateException if the session does not accept it
   */
  void send(ByteBuffer utf8, SendHandler handler);
}
