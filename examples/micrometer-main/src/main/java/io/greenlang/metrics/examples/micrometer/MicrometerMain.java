package io.greenlang.metrics.examples.micrometer;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.micrometer.GreenlangMeterRegistry;
import io.greenlang.metrics.micrometer.MicrometerSource;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A program without a framework whose meters appear live: those of its orders and of the JVM. */
public final class MicrometerMain implements AutoCloseable {

  private final GreenlangMeterRegistry registry = new GreenlangMeterRegistry();
  private final MetricsHub hub = MetricsHub.create();
  private final MetricCollector collector =
      MetricCollector.builder(hub).source(MicrometerSource.of(registry)).build();
  private final ScheduledExecutorService shop = Executors.newScheduledThreadPool(2);
  private final MetricsWebSocketServer server;

  MicrometerMain(int port, String secret) {
    server =
        MetricsWebSocketServer.builder(hub)
            .port(port)
            .jwtSecret(secret)
            .jwtAlgorithm("HS256")
            .build();
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    sell(registry, shop);
    hub.addChannel("application.metrics"); // so that clients can subscribe before the first meter
    server.start();
    collector.start();
  }

  /** Places orders and serves them. The program measures both with Micrometer alone. */
  private static void sell(MeterRegistry registry, ScheduledExecutorService shop) {
    Queue<Long> open = new ConcurrentLinkedQueue<>();
    Counter placed = registry.counter("orders.placed", "article", "tea");
    Timer duration = registry.timer("orders.duration", "article", "tea");
    registry.gauge("orders.open", open, Queue::size);
    Runnable place =
        () -> {
          open.add(System.nanoTime());
          placed.increment();
        };
    Runnable serve =
        () -> {
          for (Long order = open.poll(); order != null; order = open.poll()) {
            duration.record(System.nanoTime() - order, TimeUnit.NANOSECONDS);
          }
        };
    shop.scheduleAtFixedRate(place, 0, 20, TimeUnit.MILLISECONDS);
    shop.scheduleAtFixedRate(serve, 0, 100, TimeUnit.MILLISECONDS);
  }

  /** Returns the port of the dashboard and of the WebSocket. */
  int port() {
    return server.port();
  }

  @Override
  public void close() {
    shop.shutdownNow();
    collector.close();
    server.close();
    hub.close();
    registry.close();
  }

  /** Starts the program; Ctrl-C stops it. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    int port = Integer.parseInt(environment.getOrDefault("WS_PORT", "8000"));
    String secret =
        environment.getOrDefault("JWT_SECRET_KEY", UUID.randomUUID() + "-" + UUID.randomUUID());
    MicrometerMain program = new MicrometerMain(port, secret);
    Runtime.getRuntime().addShutdownHook(new Thread(program::close));
    String token = new JwtIssuer(secret, "HS256").issue("micrometer-main", Duration.ofDays(1));
    System.out.println("Dashboard: http://localhost:" + program.port() + "/#token=" + token);
  }
}
