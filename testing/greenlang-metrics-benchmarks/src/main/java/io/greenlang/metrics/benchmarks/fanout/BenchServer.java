package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.load.Publisher;
import io.greenlang.metrics.websocket.MetricsWebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Server that the benchmark measures: a hub, the standalone server with its defaults, and one
 * publisher. It serves until its standard input ends. On the input line {@code memory}, it prints
 * its memory usage, and on {@code delivered} the number of delivered metrics. On {@code restart},
 * it stops for a restart within its drain time.
 */
public final class BenchServer {

  private static final String USAGE =
      """
      BenchServer: the server that the fan-out benchmark measures.

        --port N         the port to listen on (8002)
        --rate N         metrics to publish per second; 0 for none (20)
        --burst N        metrics that are published together (1)
        --publish HOW    publish the metrics of a burst separately ("each") or "together" (each)
        --hosts N        hosts for which each metric is published; they differ by the tag host (1)
        --redis URL      a Redis to share with other instances (none)
        --per-second N   connections to accept per second; 0 disables the limit (0)
        --drain SECONDS  time over which a restart closes the clients (0)
        --help
      """;

  private static final double DEFAULT_RATE = 20;

  private BenchServer() {}

  /** Starts the server; see {@code --help}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments = Arguments.parse(USAGE, args);
    int port = arguments.integer("port", 8002);
    try (MetricsHub hub = hub(arguments.text("redis", ""));
        MetricsWebSocketServer server = server(hub, port, arguments)) {
      hub.addChannel(Publisher.CHANNEL.name());
      Publisher publisher = publisher(hub, arguments);
      server.start();
      Thread thread = new Thread(publisher, "bench-publisher");
      if (arguments.number("rate", DEFAULT_RATE) > 0) {
        thread.start();
      }
      System.out.println("listening " + port);
      processCommands(server);
      publisher.stop();
      thread.join();
      System.out.println("published=" + publisher.published() + " " + server.stats());
    }
  }

  private static MetricsWebSocketServer server(MetricsHub hub, int port, Arguments arguments) {
    return MetricsWebSocketServer.builder(hub)
        .host("127.0.0.1")
        .port(port)
        .allowAnonymous()
        .maxMessagesPerMinute(0)
        .maxConnectionsPerMinute(0)
        .maxConnectionsPerSecond(arguments.integer("per-second", 0))
        .drainTime(Duration.ofSeconds(arguments.integer("drain", 0)))
        .build();
  }

  private static Publisher publisher(MetricsHub hub, Arguments arguments) {
    return new Publisher(
        hub,
        arguments.number("rate", DEFAULT_RATE),
        arguments.integer("burst", 1),
        arguments.text("publish", "each").equals("together"),
        arguments.integer("hosts", 1));
  }

  private static MetricsHub hub(String redisUrl) {
    return redisUrl.isEmpty()
        ? MetricsHub.create()
        : MetricsHub.builder().redisUrl(redisUrl).build();
  }

  /** Processes commands until the input ends. */
  private static void processCommands(MetricsWebSocketServer server) throws IOException {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      if (line.equals("memory")) {
        System.out.println("memory " + ServerMemory.measure().toText());
      } else if (line.equals("delivered")) {
        System.out.println("delivered " + server.stats().metrics().delivered());
      } else if (line.equals("restart")) {
        server.stopForRestart();
        System.out.println("stopped");
      }
    }
  }
}
