package io.greenlang.metrics.examples.opentelemetry;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.opentelemetry.GreenlangMetricExporter;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A program without a framework whose metrics of OpenTelemetry appear live. */
public final class OpenTelemetryMain implements AutoCloseable {

  private final MetricsHub hub = MetricsHub.create();
  private final SdkMeterProvider meters =
      SdkMeterProvider.builder()
          .setResource(
              Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop")))
          .registerMetricReader(
              PeriodicMetricReader.builder(GreenlangMetricExporter.create(hub))
                  .setInterval(Duration.ofSeconds(1))
                  .build())
          .build();
  private final ScheduledExecutorService shop = Executors.newScheduledThreadPool(2);
  private final MetricsWebSocketServer server;

  OpenTelemetryMain(int port, String secret) {
    server =
        MetricsWebSocketServer.builder(hub)
            .port(port)
            .jwtSecret(secret)
            .jwtAlgorithm("HS256")
            .build();
    Meter meter = meters.get("shop");
    meter
        .upDownCounterBuilder("jvm.memory.used")
        .setUnit("By")
        .setDescription("Memory of the heap in use")
        .buildWithCallback(
            memory ->
                memory.record(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()));
    sell(meter, shop);
    hub.addChannel("application.metrics"); // so that clients can subscribe before the first export
    server.start();
  }

  /** Places orders and serves them. The program measures both with OpenTelemetry alone. */
  private static void sell(Meter meter, ScheduledExecutorService shop) {
    Queue<Long> open = new ConcurrentLinkedQueue<>();
    Attributes article = Attributes.of(AttributeKey.stringKey("article"), "tea");
    LongCounter placed = meter.counterBuilder("orders.placed").setUnit("{order}").build();
    DoubleHistogram duration =
        meter
            .histogramBuilder("orders.duration")
            .setUnit("s")
            .setDescription("Time from placing an order to serving it")
            .build();
    meter
        .gaugeBuilder("orders.open")
        .ofLongs()
        .setUnit("{order}")
        .buildWithCallback(orders -> orders.record(open.size()));
    Runnable place =
        () -> {
          open.add(System.nanoTime());
          placed.add(1, article);
        };
    Runnable serve =
        () -> {
          for (Long order = open.poll(); order != null; order = open.poll()) {
            duration.record((System.nanoTime() - order) / 1e9, article);
          }
        };
    shop.scheduleAtFixedRate(place, 0, 20, TimeUnit.MILLISECONDS);
    shop.scheduleAtFixedRate(serve, 0, 100, TimeUnit.MILLISECONDS);
  }

  /** Returns the port of the dashboard and of the WebSocket. */
  int port() {
    return server.port();
  }

  /** Closes the SDK, which exports once more, before the hub. */
  @Override
  public void close() {
    shop.shutdownNow();
    meters.close();
    server.close();
    hub.close();
  }

  /** Starts the program; Ctrl-C stops it. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    int port = Integer.parseInt(environment.getOrDefault("WS_PORT", "8000"));
    String secret =
        environment.getOrDefault("JWT_SECRET_KEY", UUID.randomUUID() + "-" + UUID.randomUUID());
    OpenTelemetryMain program = new OpenTelemetryMain(port, secret);
    Runtime.getRuntime().addShutdownHook(new Thread(program::close));
    String token = new JwtIssuer(secret, "HS256").issue("opentelemetry-main", Duration.ofDays(1));
    System.out.println("Dashboard: http://localhost:" + program.port() + "/#token=" + token);
  }
}
