package io.greenlang.metrics.examples;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.greenlang.metrics.websocket.transport.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Server that streams this machine's metrics to any client. A {@link SimulatedWorkload} fills the
 * channels of an application.
 */
public final class Quickstart {

  private Quickstart() {}

  /** Starts the server; Ctrl-C stops it. */
  public static void main(String[] args) {
    try {
      run(System.getenv());
    } catch (RuntimeException e) {
      System.err.println("quickstart: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(Map<String, String> env) {
    // If no secret is configured, a random one is generated for this run.
    String secret = env.getOrDefault("JWT_SECRET_KEY", UUID.randomUUID() + "-" + UUID.randomUUID());
    String algorithm = env.getOrDefault("JWT_ALGORITHM", "HS256");

    String redisUrl = env.getOrDefault("REDIS_URL", "").strip();
    MetricsHub hub = hub(redisUrl);
    SimulatedWorkload workload = new SimulatedWorkload();
    MetricCollector collector =
        MetricCollector.builder(hub)
            .standardSources()
            .source(workload.workflows())
            .source(workload.agents())
            .taskQueue(workload.tasks())
            .build();
    MetricsWebSocketServer server =
        MetricsWebSocketServer.builder(hub).jwtSecret(secret).jwtAlgorithm(algorithm).build();
    server.start();
    collector.start();
    workload.start();

    String token = new JwtIssuer(secret, algorithm).issue("quickstart", Duration.ofDays(1));
    String host = env.getOrDefault("WS_HOST", "0.0.0.0");
    System.out.println(
        "Simulated: workflows, agents and tasks (simulated-..., simulated=true). The host and the"
            + " JVM are real.");
    System.out.println("Dashboard: " + url(host, server.port()) + "#token=" + token);
    System.out.println("Token: " + token);
    if (!redisUrl.isEmpty()) {
      // The URL is not printed, because it may contain a password.
      System.out.println("Redis: REDIS_URL is set. All instances on it share their metrics.");
    }

    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  workload.close();
                  collector.close();
                  server.close();
                  hub.close();
                }));
  }

  private static MetricsHub hub(String redisUrl) {
    return redisUrl.isEmpty()
        ? MetricsHub.create()
        : MetricsHub.builder().redisUrl(redisUrl).build();
  }

  /**
   * Returns a URL that a browser on this machine can open.
   *
   * @param host the name or address that the server listens on
   */
  static String url(String host, int port) {
    boolean allAddresses = host.equals("0.0.0.0") || host.matches("[0:]+");
    return "http://" + Connection.label(allAddresses ? "localhost" : host, port) + "/";
  }
}
