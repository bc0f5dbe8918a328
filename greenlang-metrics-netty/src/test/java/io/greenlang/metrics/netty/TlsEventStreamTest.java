package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.tls.TestCertificate;
import io.greenlang.metrics.testkit.transport.EventStreamContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.transport.TlsSettings;

final class TlsEventStreamTest extends EventStreamContract {

  private static final TlsSettings CERTIFICATE = TestCertificate.create().pemFiles();

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    // The first handshake of a process loads TLS, which can take seconds on a busy machine.
    return NettyServer.start(settings.tls(CERTIFICATE), NettyTimeouts.DEFAULT);
  }
}
