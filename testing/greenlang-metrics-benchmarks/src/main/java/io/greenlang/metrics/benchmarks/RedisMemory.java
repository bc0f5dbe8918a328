package io.greenlang.metrics.benchmarks;

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
 * What publications take in Redis' memory, by how many metrics each has. Wants an empty Redis that
 * does nothing else, and leaves what it has published there.
 *
 * <p>Arguments: the address, such as {@code redis://localhost:6379}.
 */
public final class RedisMemory {

  private static final int METRICS = 200_000;
  private static final List<Integer> SIZES = List.of(1, 10, 100, 1_000);
  private static final long WAIT_NANOS = 200_000_000;
  private static final int STILL = 15;

  private RedisMemory() {}

  /** Measures each size, on a channel of its own. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("RedisMemory: give the address of an empty Redis, redis://localhost:6379");
      System.exit(2);
    }
    System.out.println("metrics/publication  bytes/publication  bytes/metric");
    try (MetricsHub hub = MetricsHub.builder().retention(Retention.NONE).redis(args[0]).build()) {
      for (int size : SIZES) {
        measure(hub, size);
      }
    }
  }

  private static void measure(MetricsHub hub, int size) {
    Channel channel = new Channel("memory-" + size + ".metrics");
    hub.publish(Metric.gauge(channel, "warm.up", 0, Tags.empty()));
    double before = used(hub);
    Random random = new Random(1);
    int publications = METRICS / size;
    for (int i = 0; i < publications; i++) {
      hub.publish(metrics(channel, size, Instant.now(), random));
      while (waiting(hub) > 10_000) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    double each = (used(hub) - before) / publications;
    System.out.printf(Locale.ROOT, "%19d %18.0f %13.1f%n", size, each, each / size);
  }

  private static List<Metric> metrics(Channel channel, int size, Instant time, Random random) {
    List<Metric> metrics = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      Tags tags = Tags.of("host", "host-" + i, "env", "production");
      double value = Math.rint(random.nextDouble() * 10_000) / 100;
      metrics.add(Metric.gauge(channel, "cpu.percent", value, tags).at(time));
    }
    return metrics;
  }

  private static double waiting(MetricsHub hub) {
    return health(hub).getOrDefault("queue.publications", 0.0);
  }

  /** When nothing waits any more, and the figure, which Redis is asked for now and then, stays. */
  private static double used(MetricsHub hub) {
    double last = -1;
    for (int same = 0; same < STILL || waiting(hub) > 0; ) {
      String trouble = hub.brokerState().trouble();
      if (trouble != null) {
        throw new IllegalStateException(trouble);
      }
      LockSupport.parkNanos(WAIT_NANOS);
      double now = health(hub).getOrDefault("memory.used_bytes", 0.0);
      same = Math.abs(now - last) < 50_000 ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  private static Map<String, Double> health(MetricsHub hub) {
    return hub.brokerState().health();
  }
}
