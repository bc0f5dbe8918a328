package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.transport.TransportEnduranceContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.util.Map;

final class TyrusEnduranceTest extends TransportEnduranceContract {

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return ContainerServer.start(settings, EmbeddedTyrus::new);
  }

  @Override
  protected Map<String, String> outcomeOverrides() {
    return EmbeddedTyrus.OUTCOME_OVERRIDES;
  }
}
