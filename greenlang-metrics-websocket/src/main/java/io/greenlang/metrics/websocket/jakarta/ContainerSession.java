package io.greenlang.metrics.websocket.jakarta;

import jakarta.websocket.Session;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What sessions can do beyond their interface, by reflection: the containers are not our API. */
final class ContainerSession {

  private static final Logger log = LoggerFactory.getLogger(ContainerSession.class);

  /** Tomcat: how many milliseconds a peer has to answer a close frame; 30 s else. */
  private static final String TOMCAT_CLOSE_TIMEOUT =
      "org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT";

  /**
   * Tomcat: how many milliseconds a close frame may wait for the last send to be over; 50 else, and
   * then the peer gets none. On a busy machine that is not enough.
   */
  private static final String TOMCAT_CLOSE_FRAME_TIMEOUT =
      "org.apache.tomcat.websocket.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT";

  private static final long PATIENT_MILLIS = 500;
  private static final long IMPATIENT_MILLIS = 50;

  private ContainerSession() {}

  /**
   * Sets limits that containers disagree on by default. Jetty would end a client that is quiet for
   * 30 s, and Tyrus schedule a timer for each send.
   */
  static void prepare(Session session, int maxMessageBytes, long closeMillis) {
    session.setMaxIdleTimeout(-1); // the server looks for signs of life itself
    session.setMaxTextMessageBufferSize(maxMessageBytes);
    session.setMaxBinaryMessageBufferSize(maxMessageBytes);
    session.getUserProperties().put(TOMCAT_CLOSE_TIMEOUT, closeMillis);
    session.getUserProperties().put(TOMCAT_CLOSE_FRAME_TIMEOUT, PATIENT_MILLIS);
  }

  /** Says that the peer takes nothing, so that closing does not wait for it. */
  static void expectNothing(Session session) {
    session.getUserProperties().put(TOMCAT_CLOSE_FRAME_TIMEOUT, IMPATIENT_MILLIS);
  }

  /**
   * Cuts the connection, without a word to the peer, where the container has a way: {@code
   * JakartaWebSocketSession.abort()} on Jetty, {@code
   * UndertowSession.getWebSocketChannel().close()} on Undertow. Tomcat does so by itself when a
   * close frame cannot be sent or is not answered.
   */
  static void abort(Session session) {
    try {
      Method abort = find(session, "abort");
      if (abort != null) {
        abort.invoke(session);
        return;
      }
      Method channel = find(session, "getWebSocketChannel");
      if (channel != null && channel.invoke(session) instanceof Closeable closeable) {
        closeable.close();
      }
    } catch (InvocationTargetException e) {
      log.debug("the container could not cut a connection", e.getCause());
    } catch (IllegalAccessException | IOException | RuntimeException e) {
      log.debug("a connection cannot be cut; the container ends it in its own time", e);
    }
  }

  /**
   * The I/O thread that a session belongs to: {@code
   * UndertowSession.getWebSocketChannel().getIoThread()}. Null on all other containers, which have
   * none. From another thread, each send would be handed over to that one by a queue with a lock;
   * that was a fifth of what a delivery cost.
   */
  static @Nullable Executor ioThread(Session session) {
    try {
      Method channel = find(session, "getWebSocketChannel");
      if (channel == null) {
        return null;
      }
      Object opened = channel.invoke(session);
      Object thread = opened.getClass().getMethod("getIoThread").invoke(opened);
      return thread instanceof Executor executor ? executor : null;
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("the container does not tell its I/O thread; one of ours does its work", e);
      return null;
    }
  }

  private static @Nullable Method find(Session session, String name) {
    try {
      return session.getClass().getMethod(name);
    } catch (NoSuchMethodException e) {
      return null; // another container
    }
  }
}
