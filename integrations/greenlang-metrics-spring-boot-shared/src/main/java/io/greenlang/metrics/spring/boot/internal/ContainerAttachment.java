package io.greenlang.metrics.spring.boot.internal;

import io.greenlang.metrics.spring.boot.MetricsConfigurationException;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import jakarta.servlet.ServletContext;
import org.springframework.boot.web.servlet.ServletContextInitializer;

/**
 * The place of the server in the application's servlet container. Its bean exists if, and only if,
 * the server needs no port of its own.
 */
public final class ContainerAttachment implements ServletContextInitializer {

  private final MetricsWebSocketServer server;

  /** Creates the attachment of a server. */
  public ContainerAttachment(MetricsWebSocketServer server) {
    this.server = server;
  }

  /**
   * Serves the WebSocket from the container. Spring calls it while the container starts.
   *
   * @throws MetricsConfigurationException if the application already serves the path
   */
  @Override
  public void onStartup(ServletContext servletContext) {
    try {
      server.attach(servletContext);
    } catch (IllegalStateException e) {
      throw new MetricsConfigurationException(
          "The metrics server cannot use the application's port: " + e.getMessage() + ".",
          "Set greenlang.metrics.path to another path, or greenlang.metrics.port to a port of its"
              + " own.",
          e);
    }
  }
}
