package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.util.Map;

final class UndertowTest extends JakartaContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(
        settings,
        server -> new EmbeddedUndertow(server::attach, 0, EmbeddedContainer.SHORT_PATIENCE_MILLIS));
  }

  @Override
  protected Map<String, String> ownAnswers() {
    return EmbeddedUndertow.OWN_ANSWERS;
  }
}
