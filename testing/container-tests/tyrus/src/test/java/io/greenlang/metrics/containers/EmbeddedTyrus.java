package io.greenlang.metrics.containers;

import io.greenlang.metrics.websocket.ContainerEndpoint;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import jakarta.websocket.DeploymentException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.glassfish.tyrus.server.TyrusServerContainer;
import org.glassfish.tyrus.spi.ServerContainerFactory;

/** An embedded Tyrus on Grizzly with one endpoint and no servlets. */
final class EmbeddedTyrus implements EmbeddedContainer {

  /**
   * The outcomes in which this container differs; each is a row of
   * docs/reference/container-differences.md.
   */
  static final Map<String, String> OUTCOME_OVERRIDES =
      Map.ofEntries(
          Map.entry("a client's ping", "answered by the container"),
          Map.entry("a connection over the per-minute limit", "close 1013"),
          Map.entry("a connection over the per-second limit", "close 1013"),
          Map.entry("an incomplete request", "no response"),
          Map.entry("text that claims 2^63-1 bytes", "no response"),
          Map.entry("text that claims -1 bytes", "close 1011"),
          Map.entry("a length in a non-minimal encoding", "no response"),
          Map.entry("an unknown opcode that claims 2^63-1 bytes", "no response"),
          Map.entry("an unmasked frame", "MALFORMED"),
          Map.entry("an unmasked ping", "pong"),
          Map.entry("a page of another origin", "close 1008|403"),
          Map.entry("a malformed handshake", "101"),
          Map.entry("a request without a key", "500"),
          Map.entry("a file in a jar", "404"),
          Map.entry("an application that is undeployed", "ends"),
          Map.entry("a wrong token in Authorization", "UNAUTHORIZED, close 4401"),
          Map.entry("two Authorization headers", "UNAUTHORIZED, close 4401"),
          Map.entry("an unsupported WebSocket version", "426, 13, stays open"),
          Map.entry("a request without a WebSocket version", "426, 13, stays open"),
          Map.entry("a request without Upgrade", "404"),
          Map.entry("/ws/metrics;x=1", "UNAUTHORIZED, close 4401"),
          Map.entry("/ws/%6Detrics", "UNAUTHORIZED, close 4401"),
          Map.entry("/ws%2Fmetrics", "500"));

  /**
   * Loggers that would log a token: the first logs unparseable requests, the second undecodable
   * parameters (see docs/reference/container-differences.md). The references are retained because a
   * logger loses its level when it is garbage-collected.
   */
  private static final List<Logger> VERBOSE_LOGGERS =
      List.of(
          Logger.getLogger("org.glassfish.grizzly.filterchain.DefaultFilterChain"),
          Logger.getLogger("org.glassfish.grizzly.http.util.Parameters"));

  static {
    VERBOSE_LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
  }

  private final TyrusServerContainer tyrus;

  EmbeddedTyrus(MetricsWebSocketServer server) {
    tyrus = (TyrusServerContainer) ServerContainerFactory.createServerContainer(Map.of());
    ContainerEndpoint.attach(server, tyrus);
    try {
      tyrus.start("/", 0);
    } catch (IOException | DeploymentException e) {
      throw new IllegalStateException("failed to start Tyrus", e);
    }
  }

  @Override
  public int port() {
    return tyrus.getPort();
  }

  /** Stops the container, which has no notion of applications. */
  @Override
  public void undeploy() {
    tyrus.stop();
  }

  @Override
  public void stop() {
    tyrus.stop();
  }
}
