package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.LatencyHistogram;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.history.RetentionTier;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.load.Publisher;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import io.greenlang.metrics.websocket.ServerStats;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Process of an endurance run: a hub, the standalone server, and one publisher at a steady rate. It
 * prints its figures for each line of its standard input, and ends with that.
 */
final class SoakServer {

  private static final String USAGE =
      """
      SoakServer: the server of an endurance run.

        --rate N     publications per second, each with one sample of 10 series (1)
        --redis URL  a Redis to share with other instances (none)
        --clients N  the largest number of clients (20000)
      """;

  private static final int SERIES = 10;

  /** Samples expire within the warm-up, so that the history does not grow during the run. */
  private static final Retention RETENTION =
      Retention.defaults().withDuration(RetentionTier.RAW, Duration.ofMinutes(1));

  private final MetricsHub hub;
  private final MetricsWebSocketServer server;
  private final TimedSink sink;
  private long publishedBefore;
  private long beforeNanos = System.nanoTime();

  private SoakServer(MetricsHub hub, MetricsWebSocketServer server) {
    this.hub = hub;
    this.server = server;
    this.sink = new TimedSink(hub);
  }

  /** Runs the process. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments = Arguments.parse(USAGE, args);
    String redis = arguments.text("redis", "");
    MetricsHub.Builder builder = MetricsHub.builder().retention(RETENTION);
    try (MetricsHub hub = (redis.isEmpty() ? builder : builder.redisUrl(redis)).build();
        MetricsWebSocketServer server = server(hub, arguments.integer("clients", 20_000))) {
      hub.addChannel(Publisher.CHANNEL.name());
      server.start();
      new SoakServer(hub, server).run(arguments.number("rate", 1));
    }
  }

  private static MetricsWebSocketServer server(MetricsHub hub, int clients) {
    return MetricsWebSocketServer.builder(hub)
        .host("127.0.0.1")
        .port(0)
        .allowAnonymous()
        .maxConnections(clients)
        .maxMessagesPerMinute(0)
        .maxConnectionsPerMinute(0)
        .maxConnectionsPerSecond(0)
        .build();
  }

  private void run(double rate) throws IOException, InterruptedException {
    Publisher publisher = new Publisher(sink, rate, 1, true, SERIES);
    Thread thread = new Thread(publisher, "soak-publisher");
    thread.start();
    System.out.println("port=" + server.port() + ";");
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (input.readLine() != null) {
      System.out.println(ServerFigures.line(figures(publisher.published())));
    }
    publisher.stop();
    thread.join();
  }

  private Map<String, Double> figures(long published) {
    long nowNanos = System.nanoTime();
    double rate = 1e9 * (published - publishedBefore) / Math.max(1, nowNanos - beforeNanos);
    publishedBefore = published;
    beforeNanos = nowNanos;
    ServerStats stats = server.stats();
    LatencyHistogram latencies = sink.drain();
    Map<String, Double> figures = ServerFigures.ofThisProcess();
    figures.put(ServerFigures.CLIENTS, (double) stats.connectedClients());
    figures.put(ServerFigures.SUBSCRIPTIONS, (double) stats.totalSubscriptions());
    figures.put(ServerFigures.RATE, rate);
    figures.put(ServerFigures.P99, latencies.percentileMillis(0.99));
    figures.put(ServerFigures.MAX, latencies.maxMillis());
    Map<String, Double> health = hub.brokerState().health();
    figures.put(ServerFigures.QUEUE, health.getOrDefault("queue.publications", 0.0));
    figures.put(ServerFigures.DROPPED, health.getOrDefault("dropped", 0.0));
    return figures;
  }
}
