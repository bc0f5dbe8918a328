package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.EventStreamContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Assumptions;

final class EpollEventStreamTest extends EventStreamContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    Assumptions.assumeTrue(Epoll.isAvailable(), "native epoll");
    return NettyServer.start(settings.io("epoll"));
  }
}
