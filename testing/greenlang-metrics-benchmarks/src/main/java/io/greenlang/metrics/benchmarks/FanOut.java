package io.greenlang.metrics.benchmarks;

import java.io.IOException;
import java.util.Map;

/**
 * The load generator: many WebSocket subscribers in one process of one thread, pinned to a core of
 * its own. It connects, receives for a while uncounted, counts, and prints a {@link Result}.
 */
public final class FanOut {

  private final FanOutOptions options;
  private final ServerProcess server;
  private final Tally tally = new Tally();

  private FanOut(FanOutOptions options) {
    this.options = options;
    this.server = new ServerProcess(options.pid());
  }

  /** See {@code --help}. */
  public static void main(String[] args) throws IOException {
    FanOutOptions options;
    try {
      options = FanOutOptions.parse(args);
      new FanOut(options).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private void run() throws IOException {
    Result result = new Result();
    result.put("scenario", options.scenario()).put("server", options.server());
    try (Swarm swarm = new Swarm(options, tally)) {
      long residentBefore = server.residentKilobytes();
      connect(swarm, result);
      swarm.spinFor(options.warmupSeconds());
      measure(swarm, result);
      long connected = swarm.count(Subscriber.State.OPEN);
      long resident = server.residentKilobytes();
      hold(swarm);
      result.put("closed", swarm.count(Subscriber.State.CLOSED));
      result.put("rss_kb", resident);
      result.put(
          "kb_per_connection", (double) (resident - residentBefore) / Math.max(1, connected));
      result.put("lagged", tally.lagged).put("errors", tally.errors);
      result.put("kept_up", keptUp(result) ? "yes" : "no");
    }
    if (tally.firstError != null) {
      System.out.println("first error: " + tally.firstError);
    }
    tally.ends.forEach(
        (how, count) -> System.out.println("ended by the server: " + count + " " + how));
    System.out.println(result.toText());
    System.out.println(result.toLine());
  }

  private void connect(Swarm swarm, Result result) throws IOException {
    long start = System.nanoTime();
    swarm.connect();
    result.put("subscribers", options.subscribers());
    result.put("connected", swarm.count(Subscriber.State.OPEN));
    result.put("connect_s", (System.nanoTime() - start) / 1e9);
  }

  private void measure(Swarm swarm, Result result) throws IOException {
    swarm.takeBusyShare();
    Map<String, Long> cpuBefore = server.nanosByThread();
    long start = System.nanoTime();
    tally.counting = true;
    swarm.spinFor(options.seconds());
    tally.counting = false;
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpuNanos = ServerProcess.nanosBetween(cpuBefore, server.nanosByThread());
    long metrics = tally.latency.count();
    result.put("seconds", seconds).put("metrics", metrics);
    result.put("metrics_per_s", Math.round(metrics / seconds));
    result.put("frames_per_s", Math.round(tally.frames / seconds));
    result.put("mb_per_s", tally.bytes / seconds / 1e6);
    result.put("client_min", swarm.leastReceived()).put("client_max", swarm.mostReceived());
    result.put("p50_ms", tally.latency.millisAt(0.5)).put("p95_ms", tally.latency.millisAt(0.95));
    result.put("p99_ms", tally.latency.millisAt(0.99));
    result.put("p999_ms", tally.latency.millisAt(0.999)).put("max_ms", tally.latency.maxMillis());
    result.put("cpu_percent", cpuNanos / seconds / 1e7);
    result.put("us_per_delivery", cpuNanos / 1e3 / Math.max(1, metrics));
    result.put("generator_busy_percent", 100 * swarm.takeBusyShare());
  }

  /** Stays connected, with pings answered, while somebody else looks at the server's memory. */
  private void hold(Swarm swarm) throws IOException {
    if (options.holdSeconds() > 0) {
      System.out.println("holding");
      System.out.flush();
      swarm.spinFor(options.holdSeconds());
    }
  }

  /**
   * Everybody got everything that was due: to 1 %, or to the burst that an edge of the time cuts.
   */
  private boolean keptUp(Result result) {
    double due = options.rate() * result.number("seconds") * options.subscribers();
    double tolerance = Math.max(due / 100, (double) options.burst() * options.subscribers());
    return result.number("metrics") >= due - tolerance
        && result.number("connected") == options.subscribers()
        && result.number("closed") == 0
        && tally.lagged == 0
        && tally.errors == 0;
  }
}
