package io.greenlang.metrics.examples;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import java.time.Duration;
import java.util.UUID;

/** This machine's metrics, streamed to whoever connects. */
public final class Quickstart {

  private Quickstart() {}

  /** Starts it; ends with Ctrl-C. */
  public static void main(String[] args) {
    try {
      run();
    } catch (RuntimeException e) {
      System.err.println("quickstart: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run() {
    // Without a secret of yours, one is made up for this run.
    String ownSecret = System.getenv("JWT_SECRET_KEY");
    String secret = ownSecret != null ? ownSecret : UUID.randomUUID() + "-" + UUID.randomUUID();

    MetricsHub hub = MetricsHub.create();
    MetricCollector collector = MetricCollector.builder(hub).build();
    MetricsWebSocketServer server =
        MetricsWebSocketServer.builder(hub).jwtSecret(secret).jwtAlgorithm("HS256").build();
    server.start();
    collector.start();

    String token = new JwtIssuer(secret, "HS256").issue("quickstart", Duration.ofDays(1));
    System.out.println("Dashboard: http://localhost:" + server.port() + "/#token=" + token);
    System.out.println("Token: " + token);

    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  collector.close();
                  server.close();
                  hub.close();
                }));
  }
}
