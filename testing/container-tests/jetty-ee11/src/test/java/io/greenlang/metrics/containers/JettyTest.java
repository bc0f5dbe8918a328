package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.transport.connection.HttpEndpointContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.testkit.transport.stream.PublishingContract;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.util.Map;

final class JettyTest extends JakartaContract
    implements DashboardContract, HttpEndpointContract, PublishingContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return ContainerServer.start(
        settings,
        server ->
            new EmbeddedJetty(server::attach, 0, EmbeddedContainer.SHORT_REQUEST_TIMEOUT_MILLIS));
  }

  @Override
  protected Map<String, String> outcomeOverrides() {
    return EmbeddedJetty.OUTCOME_OVERRIDES;
  }
}
