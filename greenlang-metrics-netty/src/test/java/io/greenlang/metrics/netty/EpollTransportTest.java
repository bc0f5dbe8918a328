package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.TransportCapability;
import io.greenlang.metrics.testkit.TransportContract;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.netty.channel.epoll.Epoll;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

final class EpollTransportTest extends TransportContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    Assumptions.assumeTrue(Epoll.isAvailable(), "native epoll");
    return NettyServer.start(settings, true);
  }

  @Override
  protected Set<TransportCapability> capabilities() {
    return EnumSet.allOf(TransportCapability.class);
  }
}
