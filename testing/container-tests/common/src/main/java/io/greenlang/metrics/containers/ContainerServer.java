package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.ServerStats;
import java.net.URI;
import java.util.function.Function;

/** A server under test that is attached to a container. */
public final class ContainerServer implements ContractServer {

  private final MetricsWebSocketServer server;
  private final EmbeddedContainer container;

  private ContainerServer(MetricsWebSocketServer server, EmbeddedContainer container) {
    this.server = server;
    this.container = container;
  }

  /**
   * Starts a container with a server attached to it.
   *
   * @param settings the settings of the server
   * @param starter starts a container and attaches the given server to it
   */
  public static ContainerServer start(
      MetricsWebSocketServerBuilder settings,
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

  /** Stops only the server; the container keeps running. */
  @Override
  public void stop() {
    server.stop();
  }

  /** Not supported: the server has no port of its own. */
  @Override
  public void restart() {
    throw new UnsupportedOperationException("a server in a container has no port of its own");
  }

  /** Undeploys the web application without stopping the server first. */
  void undeploy() throws Exception {
    container.undeploy();
  }

  @Override
  public void close() {
    server.stop();
    try {
      container.stop();
    } catch (Exception e) {
      throw new IllegalStateException("failed to stop the container", e);
    }
  }
}
