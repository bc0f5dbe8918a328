package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.TransportCapability;
import io.greenlang.metrics.testkit.TransportContract;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.util.EnumSet;
import java.util.Set;

final class NioTransportTest extends TransportContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return NettyServer.start(settings, false);
  }

  @Override
  protected Set<TransportCapability> capabilities() {
    return EnumSet.allOf(TransportCapability.class);
  }
}
