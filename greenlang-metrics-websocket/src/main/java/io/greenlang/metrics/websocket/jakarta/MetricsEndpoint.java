package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.websocket.protocol.CloseCode;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a container calls for one session. Whoever opens it without having been admitted, which must
 * not happen, is closed and hears nothing.
 *
 * <p>Public for Jetty, which wants to see it so; nobody else has a use for it.
 */
public final class MetricsEndpoint extends Endpoint {

  private static final Logger log = LoggerFactory.getLogger(MetricsEndpoint.class);

  private final JakartaTransport transport;
  private final @Nullable Arrival admitted;
  private @Nullable JakartaConnection connection;
  private @Nullable Inbound inbound;

  /**
   * An endpoint for one session.
   *
   * @param admitted who it is, or null if the session's properties are to tell
   */
  MetricsEndpoint(JakartaTransport transport, @Nullable Arrival admitted) {
    this.transport = transport;
    this.admitted = admitted;
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    JakartaRuntime runtime = transport.runtime();
    Arrival arrival = admitted != null ? admitted : Arrival.of(session);
    if (runtime == null || !runtime.accepting() || arrival == null) {
      turnAway(session, arrival == null ? CloseCode.UNAUTHORIZED : CloseCode.GOING_AWAY);
      return;
    }
    ContainerSession.prepare(
        session, runtime.context().maxMessageBytes(), JakartaConnection.CLOSE_GRACE.toMillis());
    String peer = arrival.peer() != null ? arrival.peer() : session.getId();
    JakartaConnection opened = new JakartaConnection(runtime, session, peer);
    Inbound listening = new Inbound(opened, runtime);
    connection = opened;
    inbound = listening;
    listening.listen(session);
    opened.open(arrival.decision());
  }

  @Override
  public void onClose(Session session, CloseReason closeReason) {
    log.debug("a session is closed: {}", closeReason.getCloseCode());
    end();
  }

  /** On some containers this is all that comes. */
  @Override
  public void onError(Session session, Throwable cause) {
    JakartaConnection failed = connection;
    log.debug("the connection of {} failed", failed == null ? "nobody" : failed.peer(), cause);
    if (inbound != null) {
      inbound.end();
    }
    if (failed != null) {
      failed.failed();
    }
  }

  private void end() {
    if (inbound != null) {
      inbound.end();
    }
    if (connection != null) {
      connection.ended();
    }
  }

  private static void turnAway(Session session, CloseCode code) {
    try {
      session.close(
          new CloseReason(CloseReason.CloseCodes.getCloseCode(code.code()), code.reason()));
    } catch (IOException e) {
      log.debug("a session that was not admitted could not be closed", e);
    }
  }
}
