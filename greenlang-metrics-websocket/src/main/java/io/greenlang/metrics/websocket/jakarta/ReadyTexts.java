package io.greenlang.metrics.websocket.jakarta;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.lang.invoke.LambdaConversionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A factory of text senders, which detects whether a session's container can send UTF-8 bytes as
 * text. Some cannot: other containers, and those whose classes are inaccessible, for example in a
 * module. There, texts are sent as strings, at the cost of CPU time only. Thread-safe.
 */
final class ReadyTexts {

  private static final Logger log = LoggerFactory.getLogger(ReadyTexts.class);

  private boolean undertowLookedUp;
  private @Nullable UndertowTexts undertow;

  /** Returns the sender for a session, or null if the container cannot send UTF-8 bytes as text. */
  @Nullable ReadyText to(Session session) {
    try {
      RemoteEndpoint.Async remote = session.getAsyncRemote();
      if (TomcatText.isWayTo(remote)) {
        return new TomcatText(remote);
      }
      UndertowTexts senders = UndertowTexts.areWaysTo(session) ? undertow(session) : null;
      return senders == null ? null : senders.to(session);
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("Container does not accept UTF-8 bytes as text; sending strings", e);
      return null;
    }
  }

  /**
   * Looks up Undertow's methods once: they are the same for all sessions, and the lookup generates
   * code.
   */
  private synchronized @Nullable UndertowTexts undertow(Session session) {
    if (!undertowLookedUp) {
      undertowLookedUp = true;
      try {
        undertow = UndertowTexts.find(session.getClass().getClassLoader());
      } catch (ReflectiveOperationException
          | LambdaConversionException
          | RuntimeException
          | LinkageError e) {
        log.debug("Undertow's classes are inaccessible; sending strings", e);
      }
    }
    return undertow;
  }
}
