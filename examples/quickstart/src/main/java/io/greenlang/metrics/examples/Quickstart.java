package io.greenlang.metrics.examples;

import io.greenlang.metrics.collectors.MetricCollector;
import io.greenlang.metrics.collectors.MetricCollectorBuilder;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.otlp.OtlpReceiver;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.MetricsWebSocketServerBuilder;
import io.greenlang.metrics.websocket.auth.JwtIssuer;
import io.greenlang.metrics.websocket.transport.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Server that streams this machine's metrics to any client. A {@link SimulatedWorkload} fills the
 * channels of an application. With {@code OTLP=on}, other programs send their metrics instead. With
 * {@code TLS=self-signed}, it serves https.
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
    boolean receivesOtlp = OtlpReception.isOn(env.getOrDefault("OTLP", ""));
    boolean encrypts = SelfSignedCertificate.isOn(env.getOrDefault("TLS", ""));
    // If no secret is configured, a random one is generated for this run.
    String secret = env.getOrDefault("JWT_SECRET_KEY", UUID.randomUUID() + "-" + UUID.randomUUID());
    String algorithm = env.getOrDefault("JWT_ALGORITHM", "HS256");

    MetricsHub hub = hub(redisUrl(env));
    SimulatedWorkload workload = new SimulatedWorkload();
    MetricCollectorBuilder sources = MetricCollector.builder(hub).standardSources();
    MetricsWebSocketServerBuilder serverBuilder =
        MetricsWebSocketServer.builder(hub).jwtSecret(secret).jwtAlgorithm(algorithm);
    if (encrypts) {
      serverBuilder.tls(SelfSignedCertificate.create());
    }
    if (receivesOtlp) {
      hub.addChannel(OtlpReception.CHANNEL);
      serverBuilder.endpoint(OtlpReceiver.of(hub));
    } else {
      workload.addTo(sources);
    }
    MetricCollector collector = sources.build();
    MetricsWebSocketServer server = serverBuilder.build();
    server.start();
    collector.start();
    if (!receivesOtlp) {
      workload.start();
    }
    printInstructions(env, server, new JwtIssuer(secret, algorithm), receivesOtlp);
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

  private static void printInstructions(
      Map<String, String> env,
      MetricsWebSocketServer server,
      JwtIssuer issuer,
      boolean receivesOtlp) {
    if (!receivesOtlp) {
      System.out.println(
          "Simulated: workflows, agents and tasks (simulated-..., simulated=true). The host and the"
              + " JVM are real.");
    }
    String scheme = server.usesTls() ? "https" : "http";
    String url = scheme + "://" + address(env.getOrDefault("WS_HOST", "0.0.0.0"), server.port());
    String token = issuer.issue("quickstart", Duration.ofDays(1));
    System.out.println("Dashboard: " + url + "#token=" + token);
    System.out.println("Token: " + token);
    if (receivesOtlp) {
      OtlpReception.instructions(url, issuer).forEach(System.out::println);
    }
    if (!redisUrl(env).isEmpty()) {
      // The URL is not printed, because it may contain a password.
      System.out.println("Redis: REDIS_URL is set. All instances on it share their metrics.");
    }
  }

  private static String redisUrl(Map<String, String> env) {
    return env.getOrDefault("REDIS_URL", "").strip();
  }

  private static MetricsHub hub(String redisUrl) {
    return redisUrl.isEmpty()
        ? MetricsHub.create()
        : MetricsHub.builder().redisUrl(redisUrl).build();
  }

  /**
   * Returns an address that a browser on this machine can open, with a slash at its end.
   *
   * @param host the name or address that the server listens on
   */
  static String address(String host, int port) {
    boolean allAddresses = host.equals("0.0.0.0") || host.matches("[0:]+");
    return Connection.label(allAddresses ? "localhost" : host, port) + "/";
  }
}
