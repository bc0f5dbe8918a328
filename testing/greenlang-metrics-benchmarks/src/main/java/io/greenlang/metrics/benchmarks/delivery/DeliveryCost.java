package io.greenlang.metrics.benchmarks.delivery;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.fanout.BenchServer;
import io.greenlang.metrics.benchmarks.fanout.ServerProcess;
import io.greenlang.metrics.testkit.JavaProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Comparison of the server's CPU time per delivery for two kinds of clients, in turn, for single
 * publications and for bursts of ten. The server is pinned to core 0. The clients poll, because the
 * kernel charges the server for waking up a reader that waits, and a slow server wakes it up more
 * often than a fast one.
 */
final class DeliveryCost {

  /**
   * One kind of clients.
   *
   * @param name the name in the result
   * @param tls whether the connections are encrypted
   * @param serverOptions options of the server's JVM
   * @param request the subscription of each client
   */
  record Kind(String name, boolean tls, List<String> serverOptions, ClientRequest request) {}

  /** The loads to measure. */
  private enum Load {
    BOTH,
    SINGLE,
    BURSTS
  }

  static final int PORT = 8006;

  private static final int BURST = 10;
  private static final double SINGLE_RATE = 20;
  private static final double BURST_RATE = 500;

  private final Arguments arguments;

  DeliveryCost(Arguments arguments) {
    this.arguments = arguments;
  }

  /** Measures both kinds with each load, and prints their medians and the ratio. */
  void compare(Kind reference, Kind other) throws Exception {
    Load load = arguments.choice("load", Load.BOTH);
    if (load != Load.BURSTS) {
      compare("single publications", 1, SINGLE_RATE, reference, other);
    }
    if (load != Load.SINGLE) {
      compare("bursts of ten", BURST, BURST_RATE, reference, other);
    }
  }

  private void compare(String name, int burst, double rate, Kind reference, Kind other)
      throws Exception {
    List<Double> first = new ArrayList<>();
    List<Double> second = new ArrayList<>();
    for (int i = 0; i < arguments.integer("rounds", 3); i++) {
      first.add(microsPerDelivery(reference, burst, rate));
      second.add(microsPerDelivery(other, burst, rate));
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f us per delivery %s, %.2f us %s: %.2f times (%s, %s)%n",
        name,
        median(first),
        reference.name(),
        median(second),
        other.name(),
        median(second) / median(first),
        first,
        second);
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }

  /** Starts a server, and waits until it listens. */
  static JavaProcess startServer(List<String> options, double rate, int burst) throws Exception {
    JavaProcess server =
        JavaProcess.builder(BenchServer.class)
            .limits("taskset -cp 0 $$ >/dev/null")
            .options("-Xmx512m", "-DWS_HEARTBEAT_INTERVAL=3600")
            .options(options.toArray(String[]::new))
            .start("--port", "" + PORT, "--rate", "" + rate, "--burst", "" + burst);
    server.nextLine();
    return server;
  }

  private double microsPerDelivery(Kind kind, int burst, double rate) throws Exception {
    int count = arguments.integer("clients", 500);
    try (JavaProcess server = startServer(kind.serverOptions(), rate, burst);
        DiscardingClients clients =
            new DiscardingClients(PORT, kind.tls(), count, kind.request())) {
      clients.poll();
      waitSeconds(arguments.number("warmup", 45));
      double micros = measure(server);
      clients.requireConnected();
      return micros;
    }
  }

  private double measure(JavaProcess server) {
    ServerProcess process = new ServerProcess(server.pid());
    long deliveredBefore = delivered(server);
    Map<String, Long> before = process.cpuNanosWithoutCompiler();
    waitSeconds(arguments.number("seconds", 15));
    Map<String, Long> after = process.cpuNanosWithoutCompiler();
    long count = delivered(server) - deliveredBefore;
    return Math.round(ServerProcess.cpuNanosBetween(before, after) / 10.0 / count) / 100.0;
  }

  private static long delivered(JavaProcess server) {
    return Long.parseLong(server.ask("delivered").split(" ", 2)[1]);
  }

  /** Waits, however often the thread is woken up. */
  static void waitSeconds(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
