package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.TransportEnduranceContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.netty.channel.epoll.Epoll;

final class NettyEnduranceTest extends TransportEnduranceContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return NettyServer.start(settings, Epoll.isAvailable());
  }
}
