package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.hub.MetricsHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What happens when an instance dies. Two of them share a Redis, and a publisher in this process
 * goes on all the time. All clients are on the first, which is killed; they wait as ours do, go to
 * the second, and ask for what they missed.
 */
public final class Reconnect {

  private static final String USAGE =
      """
      Reconnect: kills an instance, and watches its clients come to another one.

        --redis URL      an empty Redis (redis://localhost:6379)
        --clients N      on the instance that is killed (5000)
        --limit N        clients that the other one lets in in a second; 0 for any number (400)
        --base SECONDS   the longest wait before a client's first attempt; it doubles (1)
        --cap SECONDS    the longest wait of all (30)
        --rate N         metrics a second (10)
        --burst N        of which so many are one publication (10)
        --before SECONDS how long clients are there before it is killed (5)
        --patience SECONDS   how long to wait for them at most (120)
        --help
      """;

  private static final double NANOS = 1e9;

  /** To see that they go on where they have come to. */
  private static final double AFTER_SECONDS = 3;

  private final Arguments arguments;
  private final int clients;
  private final Comeback comeback;

  private Reconnect(Arguments arguments) {
    this.arguments = arguments;
    this.clients = arguments.integer("clients", 5_000);
    this.comeback = new Comeback(clients);
  }

  /** See {@code --help}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    new Reconnect(Arguments.parse(USAGE, args)).run();
  }

  private void run() throws IOException, InterruptedException {
    String redis = arguments.text("redis", "redis://localhost:6379");
    System.out.println("load average at the start: " + loadAverage());
    try (MetricsHub hub = MetricsHub.builder().redis(redis).build();
        BenchInstance first = BenchInstance.start(redis, 0);
        BenchInstance second = BenchInstance.start(redis, arguments.integer("limit", 400));
        ResumingSwarm swarm =
            new ResumingSwarm(
                clients, arguments.number("base", 1), arguments.number("cap", 30), comeback)) {
      hub.addChannel(Publisher.CHANNEL.name());
      Publisher publisher =
          new Publisher(hub, arguments.number("rate", 10), arguments.integer("burst", 10), true, 1);
      Thread thread = new Thread(publisher, "bench-publisher");
      thread.start();
      swarm.connect(first.address(), arguments.number("patience", 120));
      swarm.stay(arguments.number("before", 5));
      System.out.printf(Locale.ROOT, "%d clients are subscribed%n", swarm.subscribed());
      killAndWatch(first, second, swarm);
      publisher.stop();
      thread.join();
    }
    System.out.println("load average at the end: " + loadAverage());
  }

  private void killAndWatch(BenchInstance first, BenchInstance second, ResumingSwarm swarm)
      throws IOException {
    Map<String, Long> before = second.process().nanosByThread();
    long killed = System.nanoTime();
    first.kill();
    swarm.comeBack(second.address(), arguments.number("patience", 120), comeback::complete);
    double seconds = (System.nanoTime() - killed) / NANOS;
    Map<String, Long> after = second.process().nanosByThread();
    double cpuSeconds = ServerProcess.nanosBetween(before, after) / NANOS;
    swarm.stay(AFTER_SECONDS);
    print(killed);
    System.out.printf(
        Locale.ROOT,
        "the other instance: %.1f s of CPU, %.0f %% of a core; %d clients, %d MiB resident%n",
        cpuSeconds,
        100 * cpuSeconds / seconds,
        swarm.subscribed(),
        second.process().residentKilobytes() / 1024);
  }

  private void print(long killed) {
    System.out.printf(
        Locale.ROOT,
        "back and resumed after: half %.1f s, 90 %% %.1f s, 99 %% %.1f s, all %d of %d %.1f s%n",
        comeback.secondsUntilResumed(0.5, killed),
        comeback.secondsUntilResumed(0.9, killed),
        comeback.secondsUntilResumed(0.99, killed),
        comeback.resumedCount,
        clients,
        comeback.secondsUntilResumed(1, killed));
    System.out.printf(
        Locale.ROOT,
        "let in within any second: at most %d; refused: %s%n",
        comeback.peakLetIn(),
        comeback.refusals);
    System.out.println("let in, second by second: " + comeback.letInBySecond(killed));
    System.out.printf(
        Locale.ROOT,
        "recovered: true for %d; publications missed %d, repeated %d; lost again %d%n",
        comeback.recovered,
        comeback.missed,
        comeback.repeated,
        comeback.lostAgain);
    if (comeback.firstError != null) {
      System.out.println("first error: " + comeback.firstError);
    }
  }

  private static String loadAverage() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
  }
}
