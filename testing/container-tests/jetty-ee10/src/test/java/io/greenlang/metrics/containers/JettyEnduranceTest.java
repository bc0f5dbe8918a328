package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.transport.TransportEnduranceContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.util.Map;

final class JettyEnduranceTest extends TransportEnduranceContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return ContainerServer.start(
        settings,
        server -> new EmbeddedJetty(server::attach, 0, EmbeddedContainer.REQUEST_TIMEOUT_MILLIS));
  }

  @Override
  protected Map<String, String> outcomeOverrides() {
    return EmbeddedJetty.OUTCOME_OVERRIDES;
  }
}
