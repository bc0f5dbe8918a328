package io.greenlang.metrics.websocket.jakarta;

import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What our handshakes have in common: no extensions, which means no deflate (a few bytes could
 * become gigabytes, and Tomcat pays 209 KB for each client), and our subprotocol or none. What else
 * the client offers there may be its token and is not echoed.
 */
abstract class GreenlangConfigurator extends ServerEndpointConfig.Configurator {

  private static final String SUBPROTOCOL = "greenlang.v1";

  @Override
  public List<Extension> getNegotiatedExtensions(
      List<Extension> installed, List<Extension> requested) {
    return List.of();
  }

  @Override
  public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
    return requested.stream().map(String::trim).anyMatch(SUBPROTOCOL::equals) ? SUBPROTOCOL : "";
  }

  @Override
  public <T> T getEndpointInstance(Class<T> type) {
    return type.cast(endpoint());
  }

  /** For one session. */
  abstract MetricsEndpoint endpoint();

  /** For a client that a servlet has admitted already. One for each handshake. */
  static final class Admitted extends GreenlangConfigurator {

    private final JakartaTransport transport;
    private final Arrival arrival;

    Admitted(JakartaTransport transport, Arrival arrival) {
      this.transport = transport;
      this.arrival = arrival;
    }

    @Override
    public boolean checkOrigin(@Nullable String origin) {
      return true; // checked with all the rest
    }

    @Override
    MetricsEndpoint endpoint() {
      return new MetricsEndpoint(transport, arrival);
    }
  }

  /**
   * For whoever comes to the endpoint itself. A handshake cannot wait here for a decision, nor be
   * refused: the session opens, and hears then.
   */
  static final class Open extends GreenlangConfigurator {

    private final JakartaTransport transport;

    Open(JakartaTransport transport) {
      this.transport = transport;
    }

    @Override
    public boolean checkOrigin(@Nullable String origin) {
      return transport.mayConnectFrom(origin);
    }

    @Override
    public void modifyHandshake(
        ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
      new Arrival(transport.admit(Handshakes.of(request)), null).leaveWith(config);
    }

    @Override
    MetricsEndpoint endpoint() {
      return new MetricsEndpoint(transport, null);
    }
  }
}
