package io.greenlang.metrics.benchmarks.reconnect;

import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.fanout.ServerProcess;
import io.greenlang.metrics.hub.MetricsHub;
import io.greenlang.metrics.testkit.load.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Benchmark of clients that reconnect after an instance has died or is restarted. Two instances
 * share a Redis, and a publisher in this process publishes throughout. All clients are connected to
 * the first instance, which is killed, or closes them over its drain time. They back off as our own
 * clients do, connect to the second instance, and resume.
 */
public final class Reconnect {

  private static final String USAGE =
      """
      Reconnect: kills or restarts an instance and measures how its clients reconnect to another.

        --redis URL      an empty Redis (redis://localhost:6379)
        --clients N      clients on the instance that ends (5000)
        --drain SECONDS  restart the instance, which closes its clients over this time; 0 kills it (0)
        --limit N        connections that the other instance accepts per second; 0 for no limit (400)
        --base SECONDS   maximum delay before a client's first attempt; doubles with each failure (1)
        --cap SECONDS    upper limit of that delay (30)
        --rate N         metrics per second (10)
        --burst N        metrics per publication (10)
        --before SECONDS how long clients stay connected before the instance ends (5)
        --timeout SECONDS    maximum time to wait for the clients (120)
        --help
      """;

  private static final double NANOS = 1e9;

  /** Time to verify that the clients keep receiving on the new instance. */
  private static final double OBSERVE_SECONDS = 3;

  private final Arguments arguments;
  private final int clients;
  private final int drainSeconds;
  private final ReconnectStats reconnects;

  private Reconnect(Arguments arguments) {
    this.arguments = arguments;
    this.clients = arguments.integer("clients", 5_000);
    this.drainSeconds = arguments.integer("drain", 0);
    this.reconnects = new ReconnectStats(clients);
  }

  /** Runs the benchmark; see {@code --help}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    new Reconnect(Arguments.parse(USAGE, args)).run();
  }

  private void run() throws IOException, InterruptedException {
    String redis = arguments.text("redis", "redis://localhost:6379");
    System.out.println("load average at the start: " + loadAverage());
    try (MetricsHub hub = MetricsHub.builder().redisUrl(redis).build();
        BenchInstance first = BenchInstance.start(redis, 0, drainSeconds);
        BenchInstance second = BenchInstance.start(redis, arguments.integer("limit", 400), 0);
        ResumingClientPool clientPool =
            new ResumingClientPool(
                clients, arguments.number("base", 1), arguments.number("cap", 30), reconnects)) {
      hub.addChannel(Publisher.CHANNEL.name());
      Publisher publisher =
          new Publisher(hub, arguments.number("rate", 10), arguments.integer("burst", 10), true, 1);
      Thread thread = new Thread(publisher, "bench-publisher");
      thread.start();
      clientPool.connect(first.address(), arguments.number("timeout", 120));
      clientPool.receiveFor(arguments.number("before", 5));
      System.out.printf(Locale.ROOT, "%d clients are subscribed%n", clientPool.subscribed());
      endAndMeasure(first, second, clientPool);
      publisher.stop();
      thread.join();
    }
    System.out.println("load average at the end: " + loadAverage());
  }

  private void endAndMeasure(
      BenchInstance first, BenchInstance second, ResumingClientPool clientPool) throws IOException {
    Map<String, Long> cpuBefore = second.process().cpuNanosByThread();
    long endedNanos = System.nanoTime();
    if (drainSeconds == 0) {
      first.kill();
    } else {
      first.restart();
    }
    clientPool.reconnect(
        second.address(), arguments.number("timeout", 120), reconnects::isComplete);
    double seconds = (System.nanoTime() - endedNanos) / NANOS;
    Map<String, Long> cpuAfter = second.process().cpuNanosByThread();
    double cpuSeconds = ServerProcess.cpuNanosBetween(cpuBefore, cpuAfter) / NANOS;
    clientPool.receiveFor(OBSERVE_SECONDS);
    print(endedNanos);
    System.out.printf(
        Locale.ROOT,
        "the other instance: %.1f s of CPU, %.0f %% of a core; %d clients, %d MiB resident%n",
        cpuSeconds,
        100 * cpuSeconds / seconds,
        clientPool.subscribed(),
        second.process().residentKilobytes() / 1024);
  }

  private void print(long endedNanos) {
    printDelays(endedNanos);
    System.out.printf(
        Locale.ROOT,
        "accepted within any second: at most %d; rejected: %s%n",
        reconnects.peakAccepted(),
        reconnects.rejections);
    System.out.println("accepted per second: " + reconnects.acceptedBySecond(endedNanos));
    printLosses();
  }

  private void printDelays(long endedNanos) {
    System.out.printf(
        Locale.ROOT,
        "resumed after: 50 %% %.1f s, 90 %% %.1f s, 99 %% %.1f s; all %d of %d %.1f s%n",
        reconnects.secondsUntilResumed(0.5, endedNanos),
        reconnects.secondsUntilResumed(0.9, endedNanos),
        reconnects.secondsUntilResumed(0.99, endedNanos),
        reconnects.resumedCount,
        clients,
        reconnects.secondsUntilResumed(1, endedNanos));
  }

  private void printLosses() {
    System.out.printf(
        Locale.ROOT,
        "recovered: true for %d; publications missed %d, repeated %d; failed attempts %d%n",
        reconnects.recovered,
        reconnects.missed,
        reconnects.repeated,
        reconnects.failures);
    if (reconnects.firstError != null) {
      System.out.println("first error: " + reconnects.firstError);
    }
  }

  private static String loadAverage() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
  }
}
