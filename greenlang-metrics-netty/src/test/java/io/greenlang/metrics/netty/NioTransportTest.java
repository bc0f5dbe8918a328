package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.TransportContract;
import io.greenlang.metrics.testkit.transport.connection.HttpEndpointContract;
import io.greenlang.metrics.testkit.transport.connection.StandaloneContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.stream.PublishingContract;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;

final class NioTransportTest extends TransportContract
    implements StandaloneContract, HttpEndpointContract, PublishingContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return NettyServer.start(settings.io("nio"));
  }
}
