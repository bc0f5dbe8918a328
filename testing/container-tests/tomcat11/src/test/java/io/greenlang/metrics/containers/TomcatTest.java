package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

final class TomcatTest extends JakartaContract {

  @TempDir Path directory;

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(
        settings,
        server ->
            new EmbeddedTomcat(
                server::attach, directory, 0, EmbeddedContainer.SHORT_PATIENCE_MILLIS));
  }

  @Override
  protected Map<String, String> ownAnswers() {
    return EmbeddedTomcat.OWN_ANSWERS;
  }
}
