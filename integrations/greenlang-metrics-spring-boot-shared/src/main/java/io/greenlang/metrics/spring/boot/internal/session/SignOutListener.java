package io.greenlang.metrics.spring.boot.internal.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.greenlang.metrics.spring.boot.MetricsServerLifecycle;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that disconnects the clients of a session when its user signs out, on all instances. A
 * session that times out does not disconnect them, because an open WebSocket does not keep a
 * session alive. Thread-safe.
 */
public final class SignOutListener implements HttpSessionListener {

  private static final Logger log = LoggerFactory.getLogger(SignOutListener.class);
  private static final String ATTRIBUTE = SignOutListener.class.getName() + ".id";

  /** Longer than any handshake that began with the session takes. */
  private static final Duration REVOCATION = Duration.ofMinutes(1);

  private final Supplier<MetricsServerLifecycle> lifecycle;

  /**
   * Creates a listener.
   *
   * @param lifecycle returns the server, which is created after the listener
   */
  public SignOutListener(Supplier<MetricsServerLifecycle> lifecycle) {
    this.lifecycle = lifecycle;
  }

  /**
   * Returns the identifier of the tokens of a request's session, and remembers it there; null if
   * the request has no session. It remains when the id of the session changes, and does not reveal
   * that id.
   */
  static @Nullable String tokenId(HttpServletRequest request) {
    @Nullable HttpSession session = request.getSession(false);
    if (session == null) {
      return null;
    }
    String id = storedTokenId(session);
    if (id == null) {
      id = "session." + hash(session.getId());
      session.setAttribute(ATTRIBUTE, id);
    }
    return id;
  }

  private static @Nullable String storedTokenId(HttpSession session) {
    return session.getAttribute(ATTRIBUTE) instanceof String id ? id : null;
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public void sessionDestroyed(HttpSessionEvent event) {
    HttpSession session = event.getSession();
    String id = storedTokenId(session);
    if (id == null || hasTimedOut(session)) {
      return;
    }
    MetricsServerLifecycle server = lifecycle.get();
    if (server.isRunning()) { // a container that stops destroys its sessions, too
      disconnect(server, id);
    }
  }

  private static void disconnect(MetricsServerLifecycle server, String id) {
    try {
      server.server().revokeToken(id, Instant.now().plus(REVOCATION));
    } catch (IllegalStateException e) {
      log.warn("Failed to disconnect the clients of a user who signed out: {}", e.getMessage());
    }
  }

  private static boolean hasTimedOut(HttpSession session) {
    int limitSeconds = session.getMaxInactiveInterval();
    long idleMillis = System.currentTimeMillis() - session.getLastAccessedTime();
    return limitSeconds > 0 && idleMillis >= TimeUnit.SECONDS.toMillis(limitSeconds);
  }
}
