package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.TransportContract;
import io.greenlang.metrics.testkit.transport.connection.StandaloneContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;

final class NioTransportTest extends TransportContract implements StandaloneContract {

  @Override
  protected ContractServer start(MetricsWebSocketServer.Builder settings) {
    return NettyServer.start(settings, false);
  }
}
