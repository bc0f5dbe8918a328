package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.TransportContract;
import io.greenlang.metrics.testkit.transport.connection.HttpEndpointContract;
import io.greenlang.metrics.testkit.transport.connection.StandaloneContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.transport.TlsSettings;
import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Assumptions;

final class TlsTransportTest extends TransportContract
    implements StandaloneContract, HttpEndpointContract {

  private static final TlsSettings CERTIFICATE = TestCertificate.create().pemFiles();

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    Assumptions.assumeTrue(Epoll.isAvailable(), "native epoll");
    return NettyServer.start(settings.tls(CERTIFICATE), true);
  }
}
