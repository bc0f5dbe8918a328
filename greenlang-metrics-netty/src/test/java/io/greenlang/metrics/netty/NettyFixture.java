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

  /** Starts a server with these settings, and with short timeouts. */
  NettyFixture(UnaryOperator<MetricsWebSocketServerBuilder> settings) {
    this(settings, NettyServer.LIMITS);
  }

  /** Starts a server with these settings and timeouts. */
  NettyFixture(UnaryOperator<MetricsWebSocketServerBuilder> settings, NettyTimeouts timeouts) {
    server = NettyServer.start(settings.apply(MetricsWebSocketServer.builder(hub)), timeouts);
  }

  /**
   * Connects a client. With short timeouts, the server disconnects it if it sends no request for
   * two seconds.
   */
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
