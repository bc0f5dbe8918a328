package io.greenlang.metrics.opentelemetry;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricSink;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub and a server of an application that has none. Its options are the server's system
 * properties and environment variables. Only this class needs {@code greenlang-metrics-websocket}.
 */
final class ExporterServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ExporterServer.class);

  private final MetricsHub hub;
  private final MetricsWebSocketServer server;

  private ExporterServer(MetricsHub hub, MetricsWebSocketServer server) {
    this.hub = hub;
    this.server = server;
  }

  /**
   * Starts a server with an empty channel, to which clients can subscribe.
   *
   * @throws RuntimeException if an option is invalid, or if the server cannot listen
   */
  static ExporterServer start(Channel channel) {
    MetricsHub hub = MetricsHub.create();
    try {
      hub.addChannel(channel.name());
      MetricsWebSocketServer server = MetricsWebSocketServer.builder(hub).build();
      server.start();
      log.info("Streaming the metrics of OpenTelemetry on port {}", server.port());
      return new ExporterServer(hub, server);
    } catch (RuntimeException | Error e) {
      hub.close();
      throw e;
    }
  }

  MetricSink sink() {
    return hub;
  }

  /** Closes the server, then the hub. */
  @Override
  public void close() {
    server.close();
    hub.close();
  }
}
