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
        --load NAME         single, bursts or both (both)
        --rounds N          measurements of each kind; the median counts (3)
        --warmup SECONDS    before each measurement (45)
        --seconds SECONDS   of each measurement (15)
        --held N            clients of the memory; 0 for no measurement (10000)
        --help

      The server is pinned to core 0. The time of its JIT compiler does not count.
      """;

  /** Clients before the first sample of the memory, so that all code is loaded. */
  private static final int WARMUP_CLIENTS = 200;

  /** A heap that holds the clients and is resident from the start. */
  private static final List<String> HEAP = List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch");

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
      double webSockets = kilobytesEach("WebSockets", webSocket, held);
      double streams = kilobytesEach("event streams", events, held);
      System.out.printf(
          Locale.ROOT, "memory of an event stream: %.2f times%n", streams / webSockets);
    }
  }

  /**
   * Returns the memory for each client: its objects after a garbage collection, and the growth of
   * the resident memory. The heap does not contribute to that growth, because it is resident from
   * the start.
   */
  private static double kilobytesEach(String name, ClientRequest request, int count)
      throws Exception {
    try (JavaProcess server = DeliveryCost.startServer(HEAP, 1, 1);
        DiscardingClients first =
            new DiscardingClients(DeliveryCost.PORT, false, WARMUP_CLIENTS, request)) {
      ServerProcess process = new ServerProcess(server.pid());
      double heapBefore = heapKilobytes(server);
      double residentBefore = process.residentKilobytes();
      try (DiscardingClients more =
          new DiscardingClients(DeliveryCost.PORT, false, count, request)) {
        double heap = (heapKilobytes(server) - heapBefore) / count;
        double resident = process.residentKilobytes();
        double outside = (resident - residentBefore) / count;
        more.requireConnected();
        first.requireConnected();
        System.out.printf(
            Locale.ROOT,
            "%d %s: %.2f KB each, %.2f on the heap and %.2f outside; the process has %.0f MB%n",
            count,
            name,
            heap + outside,
            heap,
            outside,
            resident / 1024);
        return heap + outside;
      }
    }
  }

  /** Returns the retained memory of the heap after a garbage collection. */
  private static double heapKilobytes(JavaProcess server) {
    DeliveryCost.waitSeconds(SETTLE_SECONDS);
    return Long.parseLong(server.ask("memory").replaceAll(".*heap_kb=(\\d+).*", "$1"));
  }
}
