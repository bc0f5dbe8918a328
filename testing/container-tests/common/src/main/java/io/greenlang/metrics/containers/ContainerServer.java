package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.ServerStats;
import java.net.URI;
import java.util.function.Function;

/** A server inside a container. */
public final class ContainerServer implements TransportServer {

  private final MetricsWebSocketServer server;
  private final EmbeddedContainer container;

  private ContainerServer(MetricsWebSocketServer server, EmbeddedContainer container) {
    this.server = server;
    this.container = container;
  }

  /**
   * Starts both.
   *
   * @param starter starts a container and attaches the server to it
   */
  public static ContainerServer start(
      MetricsWebSocketServer.Builder settings,
      Function<MetricsWebSocketServer, EmbeddedContainer> starter) {
    MetricsWebSocketServer server = settings.build();
    return new ContainerServer(server, starter.apply(server));
  }

  @Override
  public URI url() {
    return URI.create("ws://127.0.0.1:" + container.port() + "/ws/metrics");
  }

  @Override
  public ServerStats stats() {
    return server.stats();
  }

  /** The server alone; the container goes on. */
  @Override
  public void stop() {
    server.stop();
  }

  /** The server alone. It has no other port. */
  @Override
  public void restart() {
    throw new UnsupportedOperationException("it has no port of its own");
  }

  /** Ends the web application, as a host does that knows nothing of the server. */
  void undeploy() throws Exception {
    container.undeploy();
  }

  @Override
  public void close() {
    server.stop();
    try {
      container.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the container does not stop", e);
    }
  }
}
