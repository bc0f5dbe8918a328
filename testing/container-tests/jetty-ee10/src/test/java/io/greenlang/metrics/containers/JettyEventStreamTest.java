package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.transport.EventStreamContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.util.Map;

final class JettyEventStreamTest extends EventStreamContract {

  /** The time for which a client may read nothing: Tomcat counts it as a request's timeout. */
  private static final int WRITE_TIMEOUT_MILLIS = 60_000;

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return ContainerServer.start(
        settings, server -> new EmbeddedJetty(server::attach, 0, WRITE_TIMEOUT_MILLIS));
  }

  @Override
  protected Map<String, String> outcomeOverrides() {
    return EmbeddedJetty.OUTCOME_OVERRIDES;
  }
}
