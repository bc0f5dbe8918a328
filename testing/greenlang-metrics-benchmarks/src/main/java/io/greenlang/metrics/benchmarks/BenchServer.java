package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The server that is measured: a hub, the standalone server with its defaults, and one publisher.
 * It serves until its input ends; the line {@code memory} makes it say what memory it keeps.
 */
public final class BenchServer {

  private static final String USAGE =
      """
      BenchServer: the server that the fan-out benchmark measures.

        --port N         where to listen (8002)
        --rate N         metrics to publish a second; 0 for none (20)
        --burst N        of which so many come together (1)
        --publish HOW    a burst is published "each" on its own, or "together" (each)
        --hosts N        each metric is one of so many, which differ by their tag host (1)
        --redis URL      one of several instances that share this Redis (alone)
        --per-second N   clients that may connect in a second; 0 for any number (0)
        --help
      """;

  private BenchServer() {}

  /** See {@code --help}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments = Arguments.parse(USAGE, args);
    int port = arguments.integer("port", 8002);
    try (MetricsHub hub = hub(arguments.text("redis", ""));
        MetricsWebSocketServer server =
            MetricsWebSocketServer.builder(hub)
                .host("127.0.0.1")
                .port(port)
                .allowAnonymous()
                .maxMessagesPerMinute(0)
                .maxConnectionsPerMinute(0)
                .maxConnectionsPerSecond(arguments.integer("per-second", 0))
                .build()) {
      hub.addChannel(Publisher.CHANNEL.name());
      double rate = arguments.number("rate", 20);
      Publisher publisher =
          new Publisher(
              hub,
              rate,
              arguments.integer("burst", 1),
              arguments.text("publish", "each").equals("together"),
              arguments.integer("hosts", 1));
      server.start();
      Thread thread = new Thread(publisher, "bench-publisher");
      if (rate > 0) {
        thread.start();
      }
      System.out.println("listening " + port);
      obey();
      publisher.stop();
      thread.join();
      System.out.println("published=" + publisher.published() + " " + server.stats());
    }
  }

  private static MetricsHub hub(String redisUrl) {
    return redisUrl.isEmpty() ? MetricsHub.create() : MetricsHub.builder().redis(redisUrl).build();
  }

  /** Until the input ends. */
  private static void obey() throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      if (line.equals("memory")) {
        System.out.println("memory " + ServerMemory.now().toText());
      }
    }
  }
}
