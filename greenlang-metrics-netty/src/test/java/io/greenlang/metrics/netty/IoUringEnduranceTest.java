package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.TransportEnduranceContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.netty.channel.uring.IoUring;
import org.junit.jupiter.api.Assumptions;

final class IoUringEnduranceTest extends TransportEnduranceContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    Assumptions.assumeTrue(IoUring.isAvailable(), "io_uring");
    return NettyServer.start(settings.io("io_uring"));
  }
}
