package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.transport.TransportEnduranceContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

final class TomcatEnduranceTest extends TransportEnduranceContract {

  @TempDir Path directory;

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return ContainerServer.start(
        settings,
        server ->
            new EmbeddedTomcat(
                server::attach, directory, 0, EmbeddedContainer.REQUEST_TIMEOUT_MILLIS));
  }

  @Override
  protected Map<String, String> outcomeOverrides() {
    return EmbeddedTomcat.OUTCOME_OVERRIDES;
  }
}
