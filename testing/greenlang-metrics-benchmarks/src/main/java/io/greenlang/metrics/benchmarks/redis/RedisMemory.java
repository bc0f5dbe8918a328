package io.greenlang.metrics.benchmarks.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.hub.MetricsHub;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Benchmark of the Redis memory that publications occupy, by the number of metrics in each. It
 * requires an empty, otherwise idle Redis, and leaves its publications there.
 *
 * <p>Argument: the address, such as {@code redis://localhost:6379}.
 */
public final class RedisMemory {

  private static final int METRICS = 200_000;
  private static final List<Integer> SIZES = List.of(1, 10, 100, 1_000);
  private static final long WAIT_NANOS = 200_000_000;
  private static final int STABLE_POLLS = 15;

  private RedisMemory() {}

  /** Measures each size, on a separate channel. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println(
          "usage: RedisMemory URL, the URL of an empty Redis: redis://localhost:6379");
      System.exit(2);
    }
    System.out.println("metrics/publication  bytes/publication  bytes/metric");
    try (MetricsHub hub =
        MetricsHub.builder().retention(Retention.NONE).redisUrl(args[0]).build()) {
      for (int size : SIZES) {
        measure(hub, size);
      }
    }
  }

  private static void measure(MetricsHub hub, int size) {
    Channel channel = new Channel("memory-" + size + ".metrics");
    hub.publish(Metric.gauge(channel, "warm.up", 0, Tags.empty()));
    double before = stableUsedBytes(hub);
    Random random = new Random(1);
    int publications = METRICS / size;
    for (int i = 0; i < publications; i++) {
      hub.publish(metrics(channel, size, Instant.now(), random));
      while (queuedPublications(hub) > 10_000) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    double bytesPerPublication = (stableUsedBytes(hub) - before) / publications;
    System.out.printf(
        Locale.ROOT, "%19d %18.0f %13.1f%n", size, bytesPerPublication, bytesPerPublication / size);
  }

  private static List<Metric> metrics(Channel channel, int size, Instant time, Random random) {
    List<Metric> metrics = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Tags tags = Tags.of("host", "host-" + i, "env", "production");
      double value = Math.rint(random.nextDouble() * 10_000) / 100;
      metrics.add(Metric.gauge(channel, "cpu.percent", value, tags).withTimestamp(time));
    }
    return metrics;
  }

  private static double queuedPublications(MetricsHub hub) {
    return health(hub).getOrDefault("queue.publications", 0.0);
  }

  /**
   * Waits until the publish queue is empty and the figure, which is polled from Redis periodically,
   * is stable; then returns the memory in bytes.
   */
  private static double stableUsedBytes(MetricsHub hub) {
    double previous = -1;
    for (int unchanged = 0; unchanged < STABLE_POLLS || queuedPublications(hub) > 0; ) {
      String problem = hub.brokerState().problem();
      if (problem != null) {
        throw new IllegalStateException(problem);
      }
      LockSupport.parkNanos(WAIT_NANOS);
      double current = health(hub).getOrDefault("memory.used_bytes", 0.0);
      unchanged = Math.abs(current - previous) < 50_000 ? unchanged + 1 : 0;
      previous = current;
    }
    return previous;
  }

  private static Map<String, Double> health(MetricsHub hub) {
    return hub.brokerState().health();
  }
}
