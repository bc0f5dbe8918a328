package io.greenlang.metrics.websocket.internal.jakarta;

import io.greenlang.metrics.websocket.transport.Handshake;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The common part of our handshakes. It negotiates no extensions, and therefore no compression: a
 * few deflated bytes could expand to gigabytes, and Tomcat needs 209 KB per client. It selects our
 * subprotocol or none; other subprotocols may contain the client's token and are not echoed.
 */
abstract class MetricsEndpointConfigurator extends ServerEndpointConfig.Configurator {

  @Override
  public List<Extension> getNegotiatedExtensions(
      List<Extension> installed, List<Extension> requested) {
    return List.of();
  }

  @Override
  public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
    return requested.stream().map(String::trim).anyMatch(Handshake.SUBPROTOCOL::equals)
        ? Handshake.SUBPROTOCOL
        : "";
  }

  @Override
  public <T> T getEndpointInstance(Class<T> type) {
    return type.cast(endpoint());
  }

  /** Returns an endpoint for one session. */
  abstract MetricsEndpoint endpoint();

  /** The configurator for a client that the servlet has already admitted. One per handshake. */
  static final class Admitted extends MetricsEndpointConfigurator {

    private final JakartaTransport transport;
    private final PendingHandshake pending;

    Admitted(JakartaTransport transport, PendingHandshake pending) {
      this.transport = transport;
      this.pending = pending;
    }

    @Override
    public boolean checkOrigin(@Nullable String origin) {
      return true; // the servlet has already checked it
    }

    @Override
    MetricsEndpoint endpoint() {
      return new MetricsEndpoint(transport, pending);
    }
  }

  /**
   * The configurator for clients that connect to the plain endpoint. A handshake can neither wait
   * for the decision nor be rejected here: the session opens, and is closed if the client is
   * rejected.
   */
  static final class Unauthorized extends MetricsEndpointConfigurator {

    private final JakartaTransport transport;

    Unauthorized(JakartaTransport transport) {
      this.transport = transport;
    }

    @Override
    public boolean checkOrigin(@Nullable String origin) {
      return transport.mayConnectFrom(origin);
    }

    @Override
    public void modifyHandshake(
        ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
      new PendingHandshake(transport.admit(HandshakeReader.read(request)), null).attachTo(config);
    }

    @Override
    MetricsEndpoint endpoint() {
      return new MetricsEndpoint(transport, null);
    }
  }
}
