package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.transport.CloseCode;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoint that a container calls for one session. A session without an admission decision,
 * which must not happen, is closed without a message.
 *
 * <p>This class is public because Jetty requires it. Applications do not use it.
 */
@SuppressWarnings("exports") // exported for Jetty only
public final class MetricsEndpoint extends Endpoint {

  private static final Logger log = LoggerFactory.getLogger(MetricsEndpoint.class);

  private final JakartaTransport transport;
  private final @Nullable PendingHandshake pendingHandshake;
  private @Nullable JakartaConnection connection;
  private @Nullable MessageReceiver receiver;

  /**
   * Creates an endpoint for one session.
   *
   * @param pendingHandshake the client's handshake, or null to read it from the session's
   *     properties
   */
  MetricsEndpoint(JakartaTransport transport, @Nullable PendingHandshake pendingHandshake) {
    this.transport = transport;
    this.pendingHandshake = pendingHandshake;
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    JakartaRuntime runtime = transport.runtime();
    PendingHandshake pending =
        pendingHandshake != null ? pendingHandshake : PendingHandshake.from(session);
    if (runtime == null || !runtime.accepting() || pending == null) {
      reject(session, pending == null ? CloseCode.UNAUTHORIZED : CloseCode.GOING_AWAY);
      return;
    }
    open(session, runtime, pending);
  }

  private void open(Session session, JakartaRuntime runtime, PendingHandshake pending) {
    SessionExtensions.configure(
        session, runtime.context().maxMessageBytes(), JakartaConnection.CLOSE_GRACE.toMillis());
    String peer = pending.peer() != null ? pending.peer() : session.getId();
    JakartaConnection newConnection = new JakartaConnection(runtime, session, peer);
    MessageReceiver newReceiver = new MessageReceiver(newConnection, runtime);
    connection = newConnection;
    receiver = newReceiver;
    newReceiver.register(session);
    newConnection.open(pending.decision());
  }

  @Override
  public void onClose(Session session, CloseReason closeReason) {
    log.debug("Session closed: {}", closeReason.getCloseCode());
    end();
  }

  /** Handles an error. On some containers, {@code onClose} does not follow. */
  @Override
  public void onError(Session session, Throwable cause) {
    JakartaConnection current = connection;
    log.debug(
        "Connection of {} failed", current == null ? "a rejected client" : current.peer(), cause);
    if (receiver != null) {
      receiver.stop();
    }
    if (current != null) {
      current.onContainerError();
    }
  }

  private void end() {
    if (receiver != null) {
      receiver.stop();
    }
    if (connection != null) {
      connection.onContainerClosed();
    }
  }

  private static void reject(Session session, CloseCode code) {
    try {
      session.close(
          new CloseReason(CloseReason.CloseCodes.getCloseCode(code.code()), code.reason()));
    } catch (IOException e) {
      log.debug("Failed to close a session that was not admitted", e);
    }
  }
}
