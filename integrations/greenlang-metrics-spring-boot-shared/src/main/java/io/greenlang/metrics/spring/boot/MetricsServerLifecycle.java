package io.greenlang.metrics.spring.boot;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.UncheckedIOException;
import org.springframework.context.SmartLifecycle;

/**
 * The life cycle of the metrics server and its collector in an application context. It stops in an
 * earlier phase than the web server, so that clients are closed with 1001 while their connections
 * still exist.
 *
 * <p>This bean also gives access to the server in applications without the servlet API. Spring
 * cannot inspect {@link MetricsWebSocketServer} there.
 *
 * <p>Spring calls the methods of {@link SmartLifecycle} on one thread. Every thread may call the
 * others.
 */
public final class MetricsServerLifecycle implements SmartLifecycle {

  /**
   * The phase. Spring Boot's graceful shutdown and its web servers have the maximum minus 1,024 and
   * minus 2,048, and stop after a greater one.
   */
  public static final int PHASE = Integer.MAX_VALUE - 512;

  private final MetricsWebSocketServer server;
  private final MetricCollector collector;
  private final boolean ownPort;
  private volatile boolean running;

  /**
   * Creates the life cycle of a server that is not started.
   *
   * @param ownPort whether the server listens on a separate port
   */
  public MetricsServerLifecycle(
      MetricsWebSocketServer server, MetricCollector collector, boolean ownPort) {
    this.server = server;
    this.collector = collector;
    this.ownPort = ownPort;
  }

  /**
   * Starts to collect and, with a separate port, to listen.
   *
   * @throws MetricsConfigurationException if the server cannot listen
   */
  @Override
  public void start() {
    if (ownPort) {
      listen();
    }
    collector.start();
    running = true;
  }

  private void listen() {
    try {
      server.start();
    } catch (UncheckedIOException e) {
      throw new MetricsConfigurationException(
          "The metrics server cannot listen on its port: " + e.getMessage() + ".",
          "Set greenlang.metrics.port to a free port.",
          e);
    } catch (IllegalStateException e) {
      throw new MetricsConfigurationException(
          "The metrics server cannot listen on a separate port: " + e.getMessage() + ".",
          "Set the version that the description names, or remove greenlang.metrics.port in a"
              + " servlet application.",
          e);
    }
  }

  /** Closes all clients with 1001, then stops collecting. */
  @Override
  public void stop() {
    running = false;
    server.stop();
    collector.stop();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /**
   * Returns false: a paused context, such as one that Spring's test framework caches, keeps its
   * metrics. Spring Framework 6 does not have this method.
   */
  @SuppressWarnings("MissingOverride")
  public boolean isPauseable() {
    return false;
  }

  /** Returns the server. */
  public MetricsWebSocketServer server() {
    return server;
  }

  /** Returns whether the server listens on a separate port, which {@code server().port()} is. */
  public boolean hasOwnPort() {
    return ownPort;
  }
}
