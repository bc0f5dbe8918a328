package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.TransportContract;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.testkit.TransportStandaloneContract;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Assumptions;

final class EpollTransportTest extends TransportContract implements TransportStandaloneContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    Assumptions.assumeTrue(Epoll.isAvailable(), "native epoll");
    return NettyServer.start(settings, true);
  }
}
