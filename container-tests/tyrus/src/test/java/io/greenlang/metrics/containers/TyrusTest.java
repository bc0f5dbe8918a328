package io.greenlang.metrics.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.greenlang.metrics.testkit.RawWebSocket;
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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class TyrusTest extends JakartaContract {

  @Override
  protected TransportServer start(MetricsWebSocketServer.Builder settings) {
    return ContainerServer.start(settings, EmbeddedTyrus::new);
  }

  @Override
  protected Set<TransportCapability> capabilities() {
    return EnumSet.of(TransportCapability.MESSAGE_DEADLINE, TransportCapability.GOING_AWAY);
  }

  /** It takes unmasked frames, waits for what a frame claims to hold, and has other codes. */
  @Override
  protected Set<String> ownAnswers() {
    return Set.of(
        "text that claims 2^63-1 bytes",
        "text that claims -1 bytes",
        "a length that needs no eight bytes",
        "an unknown opcode that claims 2^63-1 bytes",
        "an unmasked frame",
        "an unmasked ping");
  }

  /** It asks about an origin before the host is known, so the session opens, and is closed. */
  @Override
  @Test
  public void connect_foreignOrigin_isForbidden() {
    TransportServer server = rig().serve();
    RawWebSocket page =
        rig().keep(RawWebSocket.open(server.url(), "Origin: http://elsewhere.example"));
    assertThat(page.closeCode()).isEqualTo(1008);
    assertThat(server.stats().framesOut()).as("nothing was said").isZero();
  }

  @Override
  @Test
  public void connect_noKey_isRefused() {
    Assumptions.abort("it answers 500");
  }

  @Override
  @Test
  public void token_anyPlaceAndOutcome_isNeverLogged() {
    Assumptions.abort("Grizzly logs requests that it cannot parse, in full");
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
