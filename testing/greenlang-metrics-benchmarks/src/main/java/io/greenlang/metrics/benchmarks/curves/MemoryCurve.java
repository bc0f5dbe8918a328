package io.greenlang.metrics.benchmarks.curves;

import io.greenlang.metrics.benchmarks.delivery.ClientRequest;
import io.greenlang.metrics.benchmarks.delivery.DiscardingClients;
import io.greenlang.metrics.benchmarks.fanout.BenchServer;
import io.greenlang.metrics.benchmarks.fanout.ServerProcess;
import io.greenlang.metrics.testkit.JavaProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Curve of the server's memory by the number of connections, each with one subscription: resident,
 * and the heap and the direct buffers after a garbage collection.
 */
public final class MemoryCurve {

  private static final int PORT = 8006;
  private static final String SUBSCRIBE =
      "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"bench.metrics\"]}}";
  private static final Pattern MEMORY = Pattern.compile("memory heap_kb=(\\d+) direct_kb=(\\d+)");
  private static final int STEPS = 10;
  private static final double KIB_PER_MIB = 1024;

  private final List<LineChart.Point> resident = new ArrayList<>();
  private final List<LineChart.Point> retained = new ArrayList<>();

  private MemoryCurve() {}

  /**
   * Measures, prints and draws; the arguments are the directory of the chart and the most
   * connections.
   */
  public static void main(String[] args) throws Exception {
    MemoryCurve curve = new MemoryCurve();
    curve.measure(Integer.parseInt(args[1]));
    LineChart chart = new LineChart("Memory of the server");
    chart.add("resident", curve.resident);
    chart.add("heap and direct buffers, after a collection", curve.retained);
    chart.writeLinear(Path.of(args[0], "curve-memory.svg"), "connections", "memory, MiB");
  }

  private void measure(int most) throws Exception {
    try (JavaProcess server =
        JavaProcess.builder(BenchServer.class)
            .options("-Xmx512m")
            .start("--port", "" + PORT, "--rate", "1")) {
      server.nextLine();
      measure(server, most);
    }
  }

  private void measure(JavaProcess server, int most) throws Exception {
    ClientRequest request = ClientRequest.webSocket(PORT, SUBSCRIBE);
    ServerProcess process = new ServerProcess(server.pid());
    List<DiscardingClients> clients = new ArrayList<>();
    int step = most / STEPS;
    try {
      sample(0, server, process);
      for (int i = 1; i <= STEPS; i++) {
        clients.add(new DiscardingClients(PORT, false, step, request));
        sample(i * step, server, process);
      }
      clients.forEach(DiscardingClients::requireConnected);
    } finally {
      for (DiscardingClients each : clients) {
        each.close();
      }
    }
  }

  private void sample(int connections, JavaProcess server, ServerProcess process) {
    Matcher memory = MEMORY.matcher(server.ask("memory"));
    if (!memory.matches()) {
      throw new IllegalStateException("the server did not print its memory");
    }
    double kept = (Long.parseLong(memory.group(1)) + Long.parseLong(memory.group(2))) / KIB_PER_MIB;
    double total = process.residentKilobytes() / KIB_PER_MIB;
    System.out.printf(
        Locale.ROOT,
        "%,d connections: %.0f MiB resident, %.1f MiB heap and direct%n",
        connections,
        total,
        kept);
    resident.add(new LineChart.Point(connections, total));
    retained.add(new LineChart.Point(connections, kept));
  }
}
