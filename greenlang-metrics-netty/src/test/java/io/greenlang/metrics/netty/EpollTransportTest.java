package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.TransportContract;
import io.greenlang.metrics.testkit.transport.connection.HttpEndpointContract;
import io.greenlang.metrics.testkit.transport.connection.StandaloneContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.stream.PublishingContract;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Assumptions;

final class EpollTransportTest extends TransportContract
    implements StandaloneContract, HttpEndpointContract, PublishingContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    Assumptions.assumeTrue(Epoll.isAvailable(), "native epoll");
    return NettyServer.start(settings.io("epoll"));
  }
}
