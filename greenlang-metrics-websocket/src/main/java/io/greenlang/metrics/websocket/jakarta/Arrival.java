package io.greenlang.metrics.websocket.jakarta;

import io.greenlang.metrics.websocket.transport.Admission;
import io.greenlang.metrics.websocket.transport.Connection;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client between its handshake and its session.
 *
 * @param decision what becomes of it
 * @param peer {@code host:port}, or null where the container does not tell
 */
record Arrival(CompletionStage<Admission> decision, @Nullable String peer) {

  private static final String PROPERTY = Arrival.class.getName();

  /** Where Jetty puts the address. */
  private static final String JETTY_PEER = "jakarta.websocket.endpoint.remoteAddress";

  /** The one that was left with the handshake of this session, or null. */
  static @Nullable Arrival of(Session session) {
    if (!(session.getUserProperties().remove(PROPERTY) instanceof Arrival arrival)) {
      return null;
    }
    Object address = session.getUserProperties().get(JETTY_PEER);
    return address instanceof InetSocketAddress inet && inet.getAddress() != null
        ? new Arrival(
            arrival.decision, Connection.label(inet.getAddress().getHostAddress(), inet.getPort()))
        : arrival;
  }

  /** Leaves this with a handshake. The properties are the handshake's own on all containers. */
  void leaveWith(ServerEndpointConfig handshake) {
    handshake.getUserProperties().put(PROPERTY, this);
  }
}
