package io.greenlang.metrics.websocket.jakarta;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.lang.invoke.LambdaConversionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a session's container takes ready text. Where it does not (another container,
 * or one whose classes we may not reach, as from a module), texts go out as strings, and only the
 * processor notices. Any thread.
 */
final class ReadyTexts {

  private static final Logger log = LoggerFactory.getLogger(ReadyTexts.class);

  private boolean undertowAsked;
  private @Nullable UndertowTexts undertow;

  /** The way to a session, or null if there is none. */
  @Nullable ReadyText to(Session session) {
    try {
      RemoteEndpoint.Async remote = session.getAsyncRemote();
      if (TomcatText.isWayTo(remote)) {
        return new TomcatText(remote);
      }
      UndertowTexts ways = UndertowTexts.areWaysTo(session) ? undertow(session) : null;
      return ways == null ? null : ways.to(session);
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.debug("the container does not take ready text; it gets strings", e);
      return null;
    }
  }

  /** Asked once: it is the same for all sessions, and code is made for it. */
  private synchronized @Nullable UndertowTexts undertow(Session session) {
    if (!undertowAsked) {
      undertowAsked = true;
      try {
        undertow = UndertowTexts.find(session.getClass().getClassLoader());
      } catch (ReflectiveOperationException
          | LambdaConversionException
          | RuntimeException
          | LinkageError e) {
        log.debug("Undertow's classes are out of reach; it gets strings", e);
      }
    }
    return undertow;
  }
}
