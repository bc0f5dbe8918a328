package io.greenlang.metrics.benchmarks.fanout;

import io.greenlang.metrics.benchmarks.report.Result;
import java.io.IOException;
import java.util.Map;

/**
 * Load generator with many WebSocket subscribers in one process and one thread, pinned to a
 * dedicated core. It connects, receives for a while without counting, counts, and prints a {@link
 * Result}.
 */
public final class FanOut {

  private final FanOutOptions options;
  private final ServerProcess server;
  private final ReceiveCounters counters;

  private FanOut(FanOutOptions options) {
    this.options = options;
    this.server = new ServerProcess(options.pid());
    this.counters = new ReceiveCounters(options.payload(), options.metricsPerMarker());
  }

  /** Runs the load generator; see {@code --help}. */
  public static void main(String[] args) throws IOException {
    try {
      new FanOut(FanOutOptions.parse(args)).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private void run() throws IOException {
    Result result = new Result();
    result.put("scenario", options.scenario()).put("server", options.server());
    try (SubscriberPool pool = new SubscriberPool(options, counters)) {
      long residentBefore = server.residentKilobytes();
      connect(pool, result);
      if (!options.publishPath().isEmpty()) {
        pool.publishBy(new RemotePublisher(options));
      }
      pool.receiveFor(options.warmupSeconds());
      measure(pool, result);
      finish(pool, residentBefore, result);
    }
    print(result);
  }

  private void finish(SubscriberPool pool, long residentBefore, Result result) throws IOException {
    long connected = pool.count(Subscriber.State.OPEN);
    long resident = server.residentKilobytes();
    hold(pool);
    result.put("closed", pool.count(Subscriber.State.CLOSED));
    result.put("rss_kb", resident);
    result.put("kb_per_connection", (double) (resident - residentBefore) / Math.max(1, connected));
    result.put("lagged", counters.lagged).put("errors", counters.errors);
    result.put("kept_up", keptUp(result) ? "yes" : "no");
  }

  private void print(Result result) {
    if (counters.firstError != null) {
      System.out.println("first error: " + counters.firstError);
    }
    counters.closures.forEach(
        (closure, count) -> System.out.println("closed by the server: " + count + " " + closure));
    System.out.println(result.toText());
    System.out.println(result.toLine());
  }

  private void connect(SubscriberPool pool, Result result) throws IOException {
    long start = System.nanoTime();
    pool.connect();
    result.put("subscribers", options.subscribers());
    result.put("connected", pool.count(Subscriber.State.OPEN));
    result.put("connect_s", (System.nanoTime() - start) / 1e9);
  }

  private void measure(SubscriberPool pool, Result result) throws IOException {
    pool.resetBusyShare();
    Map<String, Long> cpuBefore = server.cpuNanosByThread();
    double coreBefore = CoreTime.busyNanos(options.core());
    long start = System.nanoTime();
    counters.counting = true;
    pool.receiveFor(options.seconds());
    counters.counting = false;
    double seconds = (System.nanoTime() - start) / 1e9;
    double coreNanos = CoreTime.busyNanos(options.core()) - coreBefore;
    double cpuNanos = ServerProcess.cpuNanosBetween(cpuBefore, server.cpuNanosByThread());
    putTraffic(result, seconds);
    result.put("client_min", pool.minReceived()).put("client_max", pool.maxReceived());
    putLatency(result);
    result.put("cpu_percent", cpuNanos / seconds / 1e7);
    result.put("us_per_delivery", cpuNanos / 1e3 / Math.max(1, counters.metrics));
    result.put("core_percent", coreNanos / seconds / 1e7);
    result.put("core_us_per_delivery", coreNanos / 1e3 / Math.max(1, counters.metrics));
    result.put("generator_busy_percent", 100 * pool.resetBusyShare());
  }

  private void putTraffic(Result result, double seconds) {
    result.put("seconds", seconds).put("metrics", counters.metrics);
    result.put("metrics_per_s", Math.round(counters.metrics / seconds));
    result.put("bytes_per_metric", (double) counters.bytes / Math.max(1, counters.metrics));
    result.put("frames_per_s", Math.round(counters.frames / seconds));
    result.put("mb_per_s", counters.bytes / seconds / 1e6);
  }

  private void putLatency(Result result) {
    result
        .put("p50_ms", counters.latency.percentileMillis(0.5))
        .put("p95_ms", counters.latency.percentileMillis(0.95))
        .put("p99_ms", counters.latency.percentileMillis(0.99))
        .put("p999_ms", counters.latency.percentileMillis(0.999))
        .put("max_ms", counters.latency.maxMillis());
  }

  /** Stays connected and answers pings, while the script reads the server's memory. */
  private void hold(SubscriberPool pool) throws IOException {
    if (options.holdSeconds() > 0) {
      System.out.println("holding");
      System.out.flush();
      pool.receiveFor(options.holdSeconds());
    }
  }

  /**
   * Returns whether all subscribers received everything that was due, within 1 % or the burst that
   * falls on the edge of the period.
   */
  private boolean keptUp(Result result) {
    double expected = options.rate() * result.number("seconds") * options.readers();
    double tolerance = Math.max(expected / 100, (double) options.burst() * options.readers());
    return result.number("metrics") >= expected - tolerance
        && result.number("connected") == options.subscribers()
        && result.number("closed") == 0
        && counters.lagged == 0
        && counters.errors == 0;
  }
}
