package io.greenlang.metrics.netty;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.client.RawWebSocket;
import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.TransportContract;
import io.greenlang.metrics.testkit.transport.connection.HttpEndpointContract;
import io.greenlang.metrics.testkit.transport.connection.StandaloneContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.stream.PublishingContract;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

final class TlsTransportTest extends TransportContract
    implements StandaloneContract, HttpEndpointContract, PublishingContract {

  private static final TlsSettings CERTIFICATE = TestCertificate.create().pemFiles();

  /**
   * Completes one handshake. The first of a process loads hundreds of classes, which on a busy
   * machine takes longer than the timeout of requests in the contract.
   */
  @BeforeAll
  static void loadClasses() {
    try (MetricsHub hub = MetricsHub.create();
        NettyServer server =
            NettyServer.start(
                MetricsWebSocketServer.builder(hub).allowAnonymous().tls(CERTIFICATE),
                NettyTimeouts.DEFAULT);
        RawWebSocket client = RawWebSocket.open(server.url())) {
      client.nextMessage("welcome");
    }
  }

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    Assumptions.assumeTrue(Epoll.isAvailable(), "native epoll");
    return NettyServer.start(settings.tls(CERTIFICATE).io("epoll"));
  }
}
