package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Bound;
import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Column;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Endurance run of many clients that come and go. The clients are in this process, and the server
 * is in another, because each of the two needs a descriptor per connection. The memory, the
 * descriptors and the threads of the server must stay flat, and no client may fail or receive
 * nothing.
 */
public final class ClientSoak {

  private static final String USAGE =
      """
      ClientSoak: runs many clients with churn against a server in its own process.

        --minutes N  duration (60)
        --clients N  connected clients (10000)
        --churn N    clients per second that disconnect and connect again (30)
        --rows N     rows of figures between the start and the end (12)
        --rate N     publications per second, each with 10 series (1)
        --seed N     the seed of the order in which clients reconnect (random)
        --help
      """;

  /** The views, which clients have in turn. Each receives a frame at least every 5 seconds. */
  private static final List<String> VIEWS =
      List.of(
          subscribe(",\"batch\":true"),
          subscribe(",\"tags\":{\"host\":\"h3\"}"),
          subscribe(",\"batch\":true,\"aggregation_interval\":\"5s\""),
          subscribe(",\"batch\":true,\"latest\":true,\"resume\":true"));

  private static final String SERVER = "server";
  private static final String RECONNECTS = "reconnects";
  private static final String FAILURES = "failures";
  private static final String SILENT = "silent";

  /** Every view has a publication within this time, even if the machine is loaded. */
  private static final double SILENT_SECONDS = 30;

  private static final double CONNECT_SECONDS = 300;
  private static final double SETTLE_SECONDS = 60;

  /** The connections that the server may still consider open after their clients left. */
  private static final int MAX_CLOSING = 1_000;

  /** Connections that the server has not noticed to be closed, and requests for its health. */
  private static final double DESCRIPTOR_GROWTH = 300;

  private static final double MEMORY_GROWTH_MIB = 32;
  private static final double THREAD_GROWTH = 10;

  private final Arguments arguments;
  private final FiguresTable table =
      new FiguresTable(
          System.out,
          List.of(
              new Column(ServerFigures.HEAP, Bound.growth(MEMORY_GROWTH_MIB)),
              new Column(ServerFigures.DIRECT, Bound.growth(MEMORY_GROWTH_MIB)),
              new Column(ServerFigures.DESCRIPTORS, Bound.growth(DESCRIPTOR_GROWTH)),
              new Column(ServerFigures.THREADS, Bound.growth(THREAD_GROWTH)),
              new Column(ServerFigures.CLIENTS, Bound.none()),
              new Column(ServerFigures.RATE, Bound.none()),
              new Column(ServerFigures.P99, Bound.none()),
              new Column(ServerFigures.MAX, Bound.none()),
              new Column(RECONNECTS, Bound.none()),
              new Column(FAILURES, Bound.max(0)),
              new Column(SILENT, Bound.max(0))));

  private ClientSoak(Arguments arguments) {
    this.arguments = arguments;
  }

  /** Performs the run; exits with 1 if a figure is out of its bound. See {@code --help}. */
  public static void main(String[] args) throws IOException {
    ClientSoak soak = new ClientSoak(Arguments.parse(USAGE, args));
    soak.run();
    soak.table.exit();
  }

  private void run() throws IOException {
    int clients = arguments.integer("clients", 10_000);
    long seed = arguments.integer("seed", new Random().nextInt());
    System.out.println("seed " + seed);
    try (SoakProcess server =
            SoakProcess.start(
                "512m",
                "--rate",
                arguments.text("rate", "1"),
                "--clients",
                Integer.toString(clients + MAX_CLOSING));
        SoakClientPool pool =
            new SoakClientPool(server.address(), clients, VIEWS, new Random(seed))) {
      table.print("start", SERVER, figures(server, pool));
      pool.connect(CONNECT_SECONDS);
      endure(server, pool);
      leave(server, pool);
    }
  }

  private void endure(SoakProcess server, SoakClientPool pool) throws IOException {
    double seconds = arguments.number("minutes", 60) * 60;
    double churn = arguments.number("churn", 30);
    int rows = arguments.integer("rows", 12);
    double settleSeconds = Math.min(SETTLE_SECONDS, seconds / 4);
    pool.run(settleSeconds, churn);
    pool.drainSilent(0);
    table.printBaseline(FiguresTable.label(settleSeconds), SERVER, figures(server, pool));
    double rowSeconds = (seconds - settleSeconds) / rows;
    for (int row = 1; row <= rows; row++) {
      pool.reconnectFailed();
      pool.run(rowSeconds, churn);
      Map<String, Double> figures = figures(server, pool);
      figures.put(SILENT, (double) pool.drainSilent(Math.min(rowSeconds, SILENT_SECONDS)));
      table.printChecked(FiguresTable.label(settleSeconds + row * rowSeconds), SERVER, figures);
    }
    pool.failures().forEach((reason, count) -> System.out.println(count + " x " + reason));
  }

  /** Disconnects all clients and waits until the server has released them. */
  private void leave(SoakProcess server, SoakClientPool pool) throws IOException {
    pool.disconnectAll();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    Map<String, Double> figures;
    do {
      pool.run(1, 0); // a selector closes its sockets only when it selects
      figures = figures(server, pool);
    } while (figures.getOrDefault(ServerFigures.CLIENTS, 0.0) > 0 && System.nanoTime() < deadline);
    table.print("all have left", SERVER, figures);
    for (String name : List.of(ServerFigures.CLIENTS, ServerFigures.SUBSCRIPTIONS)) {
      double left = figures.getOrDefault(name, 0.0);
      if (left > 0) {
        table.violate("after all have left, the server has " + (int) left + " " + name);
      }
    }
  }

  private static Map<String, Double> figures(SoakProcess server, SoakClientPool pool)
      throws IOException {
    Map<String, Double> figures = server.figures();
    figures.put(RECONNECTS, (double) pool.reconnects());
    figures.put(FAILURES, (double) pool.failureCount());
    figures.put(SILENT, 0.0);
    return figures;
  }

  private static String subscribe(String fields) {
    return "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"bench.metrics\"]" + fields + "}}";
  }
}
