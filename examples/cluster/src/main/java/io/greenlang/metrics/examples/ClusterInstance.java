package io.greenlang.metrics.examples;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.time.Duration;
import java.util.Map;

/**
 * One of several instances. It collects its own metrics, tagged with its name, and streams the
 * metrics of all instances. It is configured by the environment variables {@code REDIS_URL}, {@code
 * INSTANCE}, {@code WS_PORT} and {@code JWT_SECRET_KEY}.
 */
public final class ClusterInstance {

  private ClusterInstance() {}

  /** Starts the instance; a signal stops it. */
  public static void main(String[] args) {
    try {
      run(System.getenv());
    } catch (RuntimeException e) {
      System.err.println("instance: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(Map<String, String> env) {
    String name = env.getOrDefault("INSTANCE", "a");
    MetricsHub hub =
        MetricsHub.builder()
            .redisUrl(env.getOrDefault("REDIS_URL", "redis://localhost:6379"))
            .build();
    MetricCollector collector = MetricCollector.builder(hub).tag("instance", name).build();
    MetricsWebSocketServer server =
        MetricsWebSocketServer.builder(hub).drainTime(Duration.ofSeconds(1)).build();
    server.start();
    collector.start();
    // printf writes a line in parts, and the instances share their output.
    System.out.println(
        "Instance %s: http://127.0.0.1:%d/health, process %d"
            .formatted(name, server.port(), ProcessHandle.current().pid()));

    String dashboard = env.get("DASHBOARD_URL");
    if (dashboard != null) {
      String token =
          new JwtIssuer(env.get("JWT_SECRET_KEY"), "HS256").issue("cluster", Duration.ofDays(1));
      System.out.println("Dashboard: " + dashboard + "#token=" + token);
      System.out.println("Token: " + token);
    }

    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  collector.close();
                  server.stopForRestart();
                  hub.close();
                }));
  }
}
