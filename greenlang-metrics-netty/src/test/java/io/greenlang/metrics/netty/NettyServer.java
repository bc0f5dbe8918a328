package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.ServerStats;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;

/** A Netty server with short timeouts, on a free port of the loopback address. */
final class NettyServer implements ContractServer {

  static final NettyTimeouts LIMITS =
      new NettyTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(2));

  /** Timeouts for tests in which no time may end an unfinished request, on a slow machine too. */
  static final NettyTimeouts PATIENT =
      new NettyTimeouts(Duration.ofMinutes(10), Duration.ofMinutes(10), LIMITS.closeTimeout());

  static {
    // The leak detector watches every buffer but does not record where each was accessed, because
    // recording makes these tests take five times as long. Set this to 4 to locate a leak.
    System.setProperty("io.netty.leakDetection.targetRecords", "0");
  }

  private final MetricsWebSocketServerBuilder settings;
  private MetricsWebSocketServer server;
  private final URI url;

  private final NettyTransport transport;

  private NettyServer(MetricsWebSocketServerBuilder settings, NettyTransport transport) {
    this.settings = settings.host("127.0.0.1").port(0).transport(transport);
    this.transport = transport;
    this.server = settings.build();
    server.start();
    String scheme = server.usesTls() ? "wss" : "ws";
    this.url = URI.create(scheme + "://127.0.0.1:" + server.port() + "/ws/metrics");
  }

  static NettyServer start(MetricsWebSocketServerBuilder settings) {
    return start(settings, LIMITS);
  }

  static NettyServer start(MetricsWebSocketServerBuilder settings, NettyTimeouts timeouts) {
    return new NettyServer(settings, new NettyTransport(timeouts));
  }

  /** Returns the connections that are not WebSockets yet. */
  PendingConnections pending() {
    return Objects.requireNonNull(transport.pending());
  }

  /** Returns the server. */
  MetricsWebSocketServer server() {
    return server;
  }

  @Override
  public URI url() {
    return url;
  }

  @Override
  public ServerStats stats() {
    return server.stats();
  }

  @Override
  public void stop() {
    server.stop();
  }

  @Override
  public void restart() {
    server = settings.port(url.getPort()).build();
    server.start();
  }
}
