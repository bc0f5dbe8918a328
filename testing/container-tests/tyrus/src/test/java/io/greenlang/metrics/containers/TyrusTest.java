package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.util.Map;

final class TyrusTest extends JakartaContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(settings, EmbeddedTyrus::new);
  }

  @Override
  protected Map<String, String> ownAnswers() {
    return EmbeddedTyrus.OWN_ANSWERS;
  }
}
