package io.greenlang.metrics.benchmarks.delivery;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.fanout.ServerProcess;
import io.greenlang.metrics.testkit.JavaProcess;
import io.greenlang.metrics.testkit.load.Publisher;
import java.util.List;
import java.util.Locale;

/**
 * Measurement of server-sent events beside WebSockets: the server's CPU time per delivery, in turn,
 * and the server's memory for each client.
 */
public final class SseCost {

  private static final String USAGE =
      """
      SseCost: compares server-sent events with WebSockets.

        --clients N         subscribers of the CPU time (500)
        --rounds N          measurements of each kind; the median counts (3)
        --warmup SECONDS    before each measurement (10)
        --seconds SECONDS   of each measurement (15)
        --held N            clients of the memory; 0 for no measurement (10000)
        --help

      The server is pinned to core 0.
      """;

  /** Clients before the first sample of the memory, so that all code is loaded. */
  private static final int WARMUP_CLIENTS = 200;

  private static final double SETTLE_SECONDS = 5;
  private static final String CHANNEL = Publisher.CHANNEL.name();

  private SseCost() {}

  /** Runs the measurement; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.parse(USAGE, args);
    ClientRequest webSocket =
        ClientRequest.webSocket(
            DeliveryCost.PORT,
            "{\"type\":\"subscribe\",\"data\":{\"channels\":[\""
                + CHANNEL
                + "\"],\"resume\":true}}");
    ClientRequest events = ClientRequest.events(DeliveryCost.PORT, "channels=" + CHANNEL);
    new DeliveryCost(arguments)
        .compare(
            new DeliveryCost.Kind("by WebSocket", false, List.of(), webSocket),
            new DeliveryCost.Kind("by events", false, List.of(), events));
    int held = arguments.integer("held", 10_000);
    if (held > 0) {
      measureMemory("WebSockets", webSocket, held);
      measureMemory("event streams", events, held);
    }
  }

  private static void measureMemory(String name, ClientRequest request, int count)
      throws Exception {
    try (JavaProcess server = DeliveryCost.startServer(List.of(), 1, 1);
        DiscardingClients first =
            new DiscardingClients(DeliveryCost.PORT, false, WARMUP_CLIENTS, request)) {
      ServerProcess process = new ServerProcess(server.pid());
      String before = memory(server);
      long residentBefore = process.residentKilobytes();
      try (DiscardingClients more =
          new DiscardingClients(DeliveryCost.PORT, false, count, request)) {
        String after = memory(server);
        double resident = process.residentKilobytes() - residentBefore;
        more.requireConnected();
        first.requireConnected();
        System.out.printf(
            Locale.ROOT,
            "%d %s: %.2f KB resident each; %s before, %s after%n",
            count,
            name,
            resident / count,
            before,
            after);
      }
    }
  }

  /** Returns the retained memory after a garbage collection. */
  private static String memory(JavaProcess server) {
    DeliveryCost.waitSeconds(SETTLE_SECONDS);
    return server.ask("memory");
  }
}
