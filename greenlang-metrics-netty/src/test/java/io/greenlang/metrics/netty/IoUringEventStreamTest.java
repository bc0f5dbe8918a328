package io.greenlang.metrics.netty;

import io.greenlang.metrics.testkit.transport.EventStreamContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.netty.channel.uring.IoUring;
import org.junit.jupiter.api.Assumptions;

final class IoUringEventStreamTest extends EventStreamContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    Assumptions.assumeTrue(IoUring.isAvailable(), "io_uring");
    return NettyServer.start(settings.io("io_uring"));
  }
}
