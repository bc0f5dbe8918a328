package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.util.Map;

final class JettyTest extends JakartaContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(
        settings,
        server -> new EmbeddedJetty(server::attach, 0, EmbeddedContainer.SHORT_PATIENCE_MILLIS));
  }

  @Override
  protected Map<String, String> ownAnswers() {
    return EmbeddedJetty.OWN_ANSWERS;
  }
}
