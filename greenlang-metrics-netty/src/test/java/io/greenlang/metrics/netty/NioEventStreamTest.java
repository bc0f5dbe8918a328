package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.EventStreamContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;

final class NioEventStreamTest extends EventStreamContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return NettyServer.start(settings.io("nio"));
  }
}
