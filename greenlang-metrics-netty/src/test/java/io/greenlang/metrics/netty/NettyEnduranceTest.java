package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.TransportEnduranceContract;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.netty.channel.epoll.Epoll;

final class NettyEnduranceTest extends TransportEnduranceContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return NettyServer.start(settings, Epoll.isAvailable());
  }
}
