package io.greenlang.metrics.containers;

import io.greenlang.metrics.testkit.TransportCapability;
import io.greenlang.metrics.testkit.TransportServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.glassfish.tyrus.server.TyrusServerContainer;
import org.glassfish.tyrus.spi.ServerContainerFactory;

final class TyrusTest extends JakartaContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(settings, EmbeddedTyrus::new);
  }

  @Override
  protected Set<TransportCapability> capabilities() {
    return EnumSet.of(TransportCapability.MESSAGE_DEADLINE, TransportCapability.GOING_AWAY);
  }

  @Override
  protected boolean servesFiles() {
    return false;
  }

  private static final class EmbeddedTyrus implements EmbeddedContainer {

    private final TyrusServerContainer tyrus;

    EmbeddedTyrus(MetricsWebSocketServer server) {
      tyrus = (TyrusServerContainer) ServerContainerFactory.createServerContainer(Map.of());
      server.attach(tyrus);
      try {
        tyrus.start("/", 0);
      } catch (IOException | DeploymentException e) {
        throw new IllegalStateException("Tyrus does not start", e);
      }
    }

    @Override
    public int port() {
      return tyrus.getPort();
    }

    @Override
    public void stop() {
      tyrus.stop();
    }
  }
}
