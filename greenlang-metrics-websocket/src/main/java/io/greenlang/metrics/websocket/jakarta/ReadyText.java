package io.greenlang.metrics.websocket.jakarta;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import java.nio.ByteBuffer;

/**
 * Sends text messages to one session from UTF-8 that is there already. On the I/O thread.
 *
 * <p>Jakarta WebSocket takes texts as strings only. So a string is made of the shared bytes for
 * each client, and its container makes the same bytes of it again: on Tomcat a character at a time,
 * and in fragments of 8 KiB with a task for each; on Undertow by three copies. Both have a way to
 * send bytes as text beneath that interface, which is what their own {@code sendText} ends in.
 */
@FunctionalInterface
interface ReadyText {

  /**
   * Sends a message.
   *
   * @param utf8 read until the handler comes, and not changed
   * @param handler told as by {@link RemoteEndpoint.Async#sendText(String, SendHandler)}
   * @throws IllegalStateException if the session takes nothing
   */
  void send(ByteBuffer utf8, SendHandler handler);
}
