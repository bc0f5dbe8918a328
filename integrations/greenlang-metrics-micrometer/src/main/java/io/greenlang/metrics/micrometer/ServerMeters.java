package io.greenlang.metrics.micrometer;

import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.ServerStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A binder of the server's own counts to the application's registry: clients, frames, bytes,
 * rejections, the metrics delivered, merged and dropped, and the notices of clients that lagged. It
 * needs {@code greenlang-metrics-websocket}.
 *
 * <p>The meters are named {@code greenlang.metrics.*}. They hold the server weakly, as all meters
 * of Micrometer do. Reading one takes the server's statistics, which costs a few microseconds.
 */
public final class ServerMeters implements MeterBinder {

  private static final String PREFIX = "greenlang.metrics.";

  private final MetricsWebSocketServer server;

  /** Creates a binder of one server. */
  public ServerMeters(MetricsWebSocketServer server) {
    this.server = server;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    bindConnections(registry);
    bindMetrics(registry);
    gauge(
        registry,
        "history.bytes",
        "bytes",
        "Memory of the history",
        stats -> stats.hub().historyBytes());
    gauge(registry, "series", "series", "Series of all channels", stats -> stats.hub().series());
    // No unit: Micrometer's registry for Prometheus would add it to the name.
    gauge(
        registry,
        "broker.up",
        null,
        "1 while the broker connects all instances, 0 while it has a problem",
        stats -> stats.broker().problem() == null ? 1 : 0);
  }

  private void bindConnections(MeterRegistry registry) {
    gauge(registry, "clients", "clients", "Connected clients", ServerStats::connectedClients);
    gauge(
        registry,
        "subscriptions",
        "subscriptions",
        "Subscriptions",
        ServerStats::totalSubscriptions);
    counter(registry, "frames.out", "frames", "Frames handed to sockets", ServerStats::framesOut);
    counter(registry, "bytes.out", "bytes", "Bytes of these frames", ServerStats::bytesOut);
    counter(registry, "messages.in", "messages", "Messages of clients", ServerStats::messagesIn);
    counter(
        registry,
        "messages.dropped",
        "messages",
        "Messages of clients that a rate limit dropped",
        ServerStats::messagesDropped);
    counter(
        registry,
        "connections.refused",
        "connections",
        "Rejected clients",
        ServerStats::connectionsRefused);
    counter(registry, "errors", "errors", "Error messages sent", ServerStats::errors);
  }

  private void bindMetrics(MeterRegistry registry) {
    counter(
        registry,
        "delivered",
        "metrics",
        "Metrics delivered to subscriptions",
        stats -> stats.metrics().delivered());
    counter(
        registry,
        "merged",
        "metrics",
        "Metrics replaced by a later one for slow clients",
        stats -> stats.metrics().merged());
    counter(
        registry,
        "dropped",
        "metrics",
        "Metrics that clients missed",
        stats -> stats.metrics().dropped());
    counter(
        registry,
        "lagged",
        "notices",
        "Times a slow client received the latest values in place of the metrics it missed",
        stats -> stats.hub().lappedCursors());
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      @Nullable String unit,
      String text,
      ToDoubleFunction<ServerStats> value) {
    Gauge.builder(PREFIX + name, server, each -> value.applyAsDouble(each.stats()))
        .baseUnit(unit)
        .description(text)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String unit,
      String text,
      ToDoubleFunction<ServerStats> total) {
    FunctionCounter.builder(PREFIX + name, server, each -> total.applyAsDouble(each.stats()))
        .baseUnit(unit)
        .description(text)
        .register(registry);
  }
}
