package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.transport.EventStreamContract;
import io.greenlang.metrics.testkit.transport.fixture.ContractServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

final class TomcatEventStreamTest extends EventStreamContract {

  /** The time for which a client may read nothing: Tomcat counts it as a request's timeout. */
  private static final int WRITE_TIMEOUT_MILLIS = 60_000;

  @TempDir Path directory;

  @Override
  protected ContractServer start(MetricsWebSocketServerBuilder settings) {
    return ContainerServer.start(
        settings, server -> new EmbeddedTomcat(server::attach, directory, 0, WRITE_TIMEOUT_MILLIS));
  }

  @Override
  protected Map<String, String> outcomeOverrides() {
    return EmbeddedTomcat.OUTCOME_OVERRIDES;
  }
}
