package io.greenlang.metrics.benchmarks.endurance;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Bound;
import io.greenlang.metrics.benchmarks.endurance.FiguresTable.Column;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Endurance run of two instances whose Redis is unavailable. Each instance publishes at the full
 * rate and serves local clients throughout. The memory of the instances must stay flat, publishing
 * must stay fast, and the instances must report the outage and recover without help.
 */
public final class RedisSoak {

  private static final String USAGE =
      """
      RedisSoak: stops the Redis of two publishing instances for a while.

        --minutes N  how long Redis is unavailable (10)
        --rate N     publications per second and instance, each with one sample of 10 series (5000)
        --clients N  clients of each instance, with windows of a second (10)
        --warmup N   seconds before Redis is stopped (120)
        --rows N     rows of figures while Redis is unavailable (10)
        --help
      """;

  private static final List<String> VIEWS =
      List.of(
          "{\"type\":\"subscribe\",\"data\":{\"channels\":[\"bench.metrics\"],"
              + "\"batch\":true,\"aggregation_interval\":\"1s\"}}");

  private static final String SILENT = "silent";
  private static final String FAILURES = "failures";
  private static final String UP = "UP";
  private static final String DEGRADED = "DEGRADED";

  /** A window of a second is delivered within this time, even if the machine is loaded. */
  private static final double SILENT_SECONDS = 15;

  private static final double CONNECT_SECONDS = 60;
  private static final double HEALTH_SECONDS = 120;
  private static final double SLICE_SECONDS = 0.02;

  private static final double HEAP_GROWTH_MIB = 50;
  private static final double DESCRIPTOR_GROWTH = 20;
  private static final double THREAD_GROWTH = 5;
  private static final double MAX_P99_MILLIS = 5;
  private static final double MIN_RATE_SHARE = 0.9;

  /** One of the two instances, with its clients. */
  private record Instance(String name, SoakProcess process, SoakClientPool clients)
      implements AutoCloseable {

    Map<String, Double> figures(double seconds) throws IOException {
      Map<String, Double> figures = process.figures();
      int silent = clients.drainSilent(SILENT_SECONDS);
      figures.put(SILENT, seconds < SILENT_SECONDS ? 0.0 : silent);
      figures.put(FAILURES, (double) clients.failureCount());
      return figures;
    }

    @Override
    public void close() throws IOException {
      try (process) {
        clients.close();
      }
    }
  }

  private final double rate;
  private final Arguments arguments;
  private final FiguresTable table;
  private final List<Instance> instances = new ArrayList<>();

  private RedisSoak(Arguments arguments) {
    this.arguments = arguments;
    this.rate = arguments.number("rate", 5_000);
    this.table =
        new FiguresTable(
            System.out,
            List.of(
                new Column(ServerFigures.HEAP, Bound.growth(HEAP_GROWTH_MIB)),
                new Column(ServerFigures.DIRECT, Bound.growth(HEAP_GROWTH_MIB)),
                new Column(ServerFigures.DESCRIPTORS, Bound.growth(DESCRIPTOR_GROWTH)),
                new Column(ServerFigures.THREADS, Bound.growth(THREAD_GROWTH)),
                new Column(ServerFigures.RATE, Bound.min(MIN_RATE_SHARE * rate)),
                new Column(ServerFigures.P99, Bound.max(MAX_P99_MILLIS)),
                new Column(ServerFigures.MAX, Bound.none()),
                new Column(ServerFigures.QUEUE, Bound.none()),
                new Column(ServerFigures.DROPPED, Bound.none()),
                new Column(FAILURES, Bound.max(0)),
                new Column(SILENT, Bound.max(0))));
  }

  /** Performs the run; exits with 1 if a figure is out of its bound. See {@code --help}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    RedisSoak soak = new RedisSoak(Arguments.parse(USAGE, args));
    try (RedisProcess redis = new RedisProcess();
        Instance one = soak.start("one", redis);
        Instance two = soak.start("two", redis)) {
      soak.instances.addAll(List.of(one, two));
      soak.run(redis);
    }
    soak.table.exit();
  }

  private Instance start(String name, RedisProcess redis) throws IOException {
    SoakProcess process =
        SoakProcess.start("512m", "--rate", Double.toString(rate), "--redis", redis.url());
    SoakClientPool clients =
        new SoakClientPool(
            process.address(), arguments.integer("clients", 10), VIEWS, new Random(1));
    Instance instance = new Instance(name, process, clients);
    clients.connect(CONNECT_SECONDS);
    table.print("start", name, instance.figures(0));
    return instance;
  }

  private void run(RedisProcess redis) throws IOException, InterruptedException {
    double warmup = arguments.number("warmup", 120);
    double seconds = arguments.number("minutes", 10) * 60;
    int rows = arguments.integer("rows", 10);
    receive(warmup);
    awaitHealth(UP, "with Redis");
    for (Instance instance : instances) {
      table.printBaseline(
          "Redis " + FiguresTable.label(warmup), instance.name(), instance.figures(0));
    }
    redis.stop();
    awaitHealth(DEGRADED, "without Redis");
    for (int row = 1; row <= rows; row++) {
      receive(seconds / rows);
      requireHealth(DEGRADED, "without Redis");
      printChecked("away " + FiguresTable.label(row * seconds / rows), seconds / rows);
    }
    redis.start();
    awaitHealth(UP, "with Redis again");
    receive(seconds / rows);
    requireHealth(UP, "with Redis again");
    printChecked("back " + FiguresTable.label(seconds / rows), seconds / rows);
  }

  private void printChecked(String label, double seconds) throws IOException {
    for (Instance instance : instances) {
      table.printChecked(label, instance.name(), instance.figures(seconds));
    }
  }

  /** Receives at the clients of all instances in turn. */
  private void receive(double seconds) throws IOException {
    long end = System.nanoTime() + (long) (1e9 * seconds);
    while (System.nanoTime() < end) {
      for (Instance instance : instances) {
        instance.clients().run(SLICE_SECONDS, 0);
      }
    }
  }

  /** Waits until every instance has the status, and prints how long the last one took. */
  private void awaitHealth(String status, String condition)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    double elapsed = 0;
    while (!haveHealth(status)) {
      if (elapsed > HEALTH_SECONDS) {
        requireHealth(status, condition);
        return;
      }
      receive(SLICE_SECONDS);
      elapsed = (System.nanoTime() - start) / 1e9;
    }
    System.out.printf(Locale.ROOT, "health %s %s after %.1f s%n", status, condition, elapsed);
  }

  private boolean haveHealth(String status) throws IOException, InterruptedException {
    for (Instance instance : instances) {
      if (!instance.process().healthStatus().equals(status)) {
        return false;
      }
    }
    return true;
  }

  private void requireHealth(String status, String condition)
      throws IOException, InterruptedException {
    for (Instance instance : instances) {
      String actual = instance.process().healthStatus();
      if (!actual.equals(status)) {
        table.violate(
            "the health of server %s is %s %s; expected %s"
                .formatted(instance.name(), actual, condition, status));
      }
    }
  }
}
