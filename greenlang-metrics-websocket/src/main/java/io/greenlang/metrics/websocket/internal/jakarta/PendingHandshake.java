package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Connection;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client whose handshake is complete and whose session has not started.
 *
 * @param decision the admission decision
 * @param peer {@code host:port}, or null if the container does not provide it
 */
record PendingHandshake(CompletionStage<Admission> decision, @Nullable String peer) {

  private static final String PROPERTY = PendingHandshake.class.getName();

  /** The session property in which Jetty stores the peer's address. */
  private static final String JETTY_PEER = "jakarta.websocket.endpoint.remoteAddress";

  /** Creates the handshake of an admitted client. */
  PendingHandshake(Admission admission, String peer) {
    this(CompletableFuture.completedFuture(admission), peer);
  }

  /** Returns the handshake that was attached to this session, or null. */
  static @Nullable PendingHandshake from(Session session) {
    if (!(session.getUserProperties().remove(PROPERTY) instanceof PendingHandshake pending)) {
      return null;
    }
    Object address = session.getUserProperties().get(JETTY_PEER);
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? new PendingHandshake(
            pending.decision, Connection.label(inet.getAddress().getHostAddress(), inet.getPort()))
        : pending;
  }

  /**
   * Attaches this to a handshake. In all containers, these properties belong to a single handshake.
   */
  void attachTo(ServerEndpointConfig handshake) {
    handshake.getUserProperties().put(PROPERTY, this);
  }
}
