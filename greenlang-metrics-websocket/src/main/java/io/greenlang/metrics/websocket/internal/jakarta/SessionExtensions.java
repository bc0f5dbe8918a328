package io.greenlang.metrics.websocket.internal.jakarta;

import jakarta.websocket.Session;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Container-specific operations on sessions, called by reflection so that we do not depend on the
 * containers' APIs.
 */
final class SessionExtensions {

  private static final Logger log = LoggerFactory.getLogger(SessionExtensions.class);

  /** Tomcat: the milliseconds that a peer has to answer a close frame; 30 s by default. */
  private static final String TOMCAT_CLOSE_TIMEOUT =
      "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";

  /**
   * Tomcat: the milliseconds that a close frame waits for the last send to complete; 50 by default.
   * If the time is up, the peer receives no close frame. On a busy machine the default is too
   * short.
   */
  private static final String TOMCAT_CLOSE_FRAME_TIMEOUT =
      "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";

  private static final long CLOSE_FRAME_MILLIS = 500;
  private static final long STALLED_CLOSE_FRAME_MILLIS = 50;

  private SessionExtensions() {}

  /**
   * Sets limits whose defaults differ between containers. By default, Jetty would close a client
   * that is silent for 30 s, and Tyrus would schedule a timer for each send.
   */
  static void configure(Session session, int maxMessageBytes, long closeMillis) {
    session.setMaxIdleTimeout(-1); // the server sends its own heartbeats
    session.setMaxTextMessageBufferSize(maxMessageBytes);
    session.setMaxBinaryMessageBufferSize(maxMessageBytes);
    session.getUserProperties().put(TOMCAT_CLOSE_TIMEOUT, closeMillis);
    session.getUserProperties().put(TOMCAT_CLOSE_FRAME_TIMEOUT, CLOSE_FRAME_MILLIS);
  }

  /** Declares that the peer does not read, so that closing does not wait for it. */
  static void shortenCloseTimeout(Session session) {
    session.getUserProperties().put(TOMCAT_CLOSE_FRAME_TIMEOUT, STALLED_CLOSE_FRAME_MILLIS);
  }

  /**
   * Aborts the connection without a close frame, if the container can: {@code
   * JakartaWebSocketSession.abort()} on Jetty, {@code
   * UndertowSession.getWebSocketChannel().close()} on Undertow. Tomcat aborts by itself when a
   * close frame cannot be sent or is not answered.
   */
  static void abort(Session session) {
    try {
      Method abort = findMethod(session, "abort");
      if (abort != null) {
        abort.invoke(session);
        return;
      }
      Method channelGetter = findMethod(session, "getWebSocketChannel");
      if (channelGetter != null && channelGetter.invoke(session) instanceof Closeable closeable) {
        closeable.close();
      }
    } catch (InvocationTargetException e) {
      log.debug("Container failed to abort a connection", e.getCause());
    } catch (IllegalAccessException | IOException | RuntimeException e) {
      log.debug("Failed to abort a connection; the container closes it later", e);
    }
  }

  /**
   * Returns the I/O thread that a session belongs to: {@code
   * UndertowSession.getWebSocketChannel().getIoThread()}. Returns null on all other containers,
   * which have no such threads. From another thread, Undertow would hand each send over through a
   * queue with a lock; that was a fifth of the cost of a delivery.
   */
  static @Nullable Executor ioThread(Session session) {
    try {
      Method channelGetter = findMethod(session, "getWebSocketChannel");
      if (channelGetter == null) {
        return null;
      }
      Object webSocketChannel = channelGetter.invoke(session);
      Object thread = webSocketChannel.getClass().getMethod("getIoThread").invoke(webSocketChannel);
      return thread instanceof Executor executor ? executor : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("Failed to find the container's I/O thread; using our own", e);
      return null;
    }
  }

  private static @Nullable Method findMethod(Session session, String name) {
    try {
      return session.getClass().getMethod(name);
    } catch (NoSuchMethodException e) {
      return null; // another container
    }
  }
}
