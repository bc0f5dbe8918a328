package io.greenlang.metrics.netty;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A hub, a server on its own port, and the clients of a test. */
final class NettyFixture implements AutoCloseable {

  private final MetricsHub hub = MetricsHub.create();
  private final List<RawWebSocket> clients = new ArrayList<>();
  private final NettyServer server;

  /** Starts a server with these settings. */
  NettyFixture(UnaryOperator<MetricsWebSocketServerBuilder> settings) {
    server = NettyServer.start(settings.apply(MetricsWebSocketServer.builder(hub)));
  }

  /** Connects a client, which the server disconnects if it sends no request for two seconds. */
  RawWebSocket connect() {
    return connect(0);
  }

  /**
   * Connects a client.
   *
   * @param receiveBuffer the size of its receive buffer in bytes; 0 keeps the default
   */
  RawWebSocket connect(int receiveBuffer) {
    RawWebSocket client = RawWebSocket.connect(server.url(), receiveBuffer);
    clients.add(client);
    return client;
  }

  NettyServer server() {
    return server;
  }

  @Override
  public void close() {
    clients.forEach(RawWebSocket::close);
    server.stop();
    hub.close();
  }
}
