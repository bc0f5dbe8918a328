package io.greenlang.metrics.websocket.internal.jakarta.utf8;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.lang.invoke.LambdaConversionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A factory of text senders, which detects whether a session's container can send UTF-8 bytes as
 * text. Other containers cannot, nor can those whose classes are inaccessible, for example in a
 * module. Texts are then sent as strings, at the cost of CPU time only. Thread-safe.
 */
public final class Utf8TextSenders {

  private static final Logger log = LoggerFactory.getLogger(Utf8TextSenders.class);

  private boolean undertowLookedUp;
  private @Nullable UndertowUtf8Sender undertow;

  /** Returns the sender for a session, or null if the container cannot send UTF-8 bytes as text. */
  @Nullable
  public Utf8TextSender senderFor(Session session) {
    try {
      RemoteEndpoint.Async remote = session.getAsyncRemote();
      if (TomcatUtf8Sender.supports(remote)) {
        return new TomcatUtf8Sender(remote);
      }
      UndertowUtf8Sender senders = UndertowUtf8Sender.supports(session) ? undertow(session) : null;
      return senders == null ? null : senders.senderFor(session);
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("Container does not accept UTF-8 bytes as text; sending strings", e);
      return null;
    }
  }

  /**
   * Looks up Undertow's methods once: they are the same for all sessions, and the lookup generates
   * code.
   */
  private synchronized @Nullable UndertowUtf8Sender undertow(Session session) {
    if (!undertowLookedUp) {
      undertowLookedUp = true;
      try {
        undertow = UndertowUtf8Sender.lookUp(session.getClass().getClassLoader());
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
