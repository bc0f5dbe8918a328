package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.TransportContract;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.testkit.TransportStandaloneContract;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;

final class NioTransportTest extends TransportContract implements TransportStandaloneContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return NettyServer.start(settings, false);
  }
}
