package io.greenlang.metrics.benchmarks.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.benchmarks.Arguments;
import io.greenlang.metrics.benchmarks.LatencyHistogram;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.redis.RedisBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Benchmark of the cost that Redis adds to a delivery. It first measures the latency of a
 * publication at a steady rate: within the process, through Redis to the publishing instance, and
 * through Redis to another instance. It then publishes as fast as publications are delivered, with
 * the configured number of metrics in each, and measures how many per second one instance delivers
 * through Redis.
 */
public final class RedisDelivery {

  private static final String USAGE =
      """
      RedisDelivery: measures the latency and throughput of delivery through Redis.

        --redis URL      an empty Redis (redis://localhost:6379)
        --rate N         publications per second, for the latency (1000)
        --warmup N       uncounted seconds of each part (15, because the JIT compiler uses cores)
        --seconds N      counted seconds of each part (10)
        --batch N        metrics per publication (10)
        --ahead N        maximum publications in flight, for the throughput (5000)
        --help
      """;

  private static final Channel CHANNEL = new Channel("bench.metrics");

  private final Arguments arguments;
  private final int batch;

  private RedisDelivery(Arguments arguments) {
    this.arguments = arguments;
    this.batch = arguments.integer("batch", 10);
  }

  /** Runs the benchmark; see {@code --help}. */
  public static void main(String[] args) {
    new RedisDelivery(Arguments.parse(USAGE, args)).run();
  }

  /** Instance that only records delivery times. */
  private static final class Instance implements BrokerListener, AutoCloseable {
    final Broker broker;
    final AtomicLong delivered = new AtomicLong();
    final AtomicLong gaps = new AtomicLong();
    volatile LatencyHistogram latencies = new LatencyHistogram();
    private volatile long countFrom = Long.MAX_VALUE;

    Instance(Broker broker) {
      this.broker = broker;
      broker.start(this);
      broker.openChannel(CHANNEL);
    }

    void startCounting(long nanos) {
      latencies = new LatencyHistogram();
      countFrom = nanos;
    }

    @Override
    public void onChannelOpened(Channel channel, ChannelLog log) {
      // earlier publications are irrelevant
    }

    @Override
    public void onPublication(Publication publication) {
      long sentNanos = (long) publication.metrics().get(0).value();
      if (sentNanos >= countFrom) {
        latencies.record((System.nanoTime() - sentNanos) / 1_000);
      }
      delivered.incrementAndGet();
    }

    @Override
    public void onGap(Gap gap) {
      gaps.incrementAndGet();
    }

    @Override
    public void close() {
      broker.close();
    }
  }

  private void run() {
    String url = arguments.text("redis", "redis://localhost:6379");
    double rate = arguments.number("rate", 1_000);
    try (Instance local = new Instance(new LocalBroker(MetricsClock.system()));
        Instance publisher = new Instance(RedisBroker.create(url));
        Instance otherInstance = new Instance(RedisBroker.create(url))) {
      measureLatency(local, rate, List.of(local));
      measureLatency(publisher, rate, List.of(publisher, otherInstance));
      printLatencies(rate, local, publisher, otherInstance);
      measureThroughput(publisher, otherInstance);
      long gapCount = publisher.gaps.get() + otherInstance.gaps.get();
      if (gapCount > 0) {
        throw new IllegalStateException("publications were lost in " + gapCount + " gaps");
      }
    }
  }

  private void printLatencies(double rate, Instance local, Instance publisher, Instance other) {
    System.out.printf(
        Locale.ROOT, "%.0f publications/s of %d metrics; latency in ms%n", rate, batch);
    print("in process", local);
    print("through Redis, publisher", publisher);
    print("through Redis, other", other);
    System.out.printf(
        Locale.ROOT,
        "Redis adds %.3f ms to p99%n",
        other.latencies.percentileMillis(0.99) - local.latencies.percentileMillis(0.99));
  }

  private static void print(String name, Instance instance) {
    LatencyHistogram latencies = instance.latencies;
    System.out.printf(
        Locale.ROOT,
        "%-28s p50 %8.3f  p99 %8.3f  p99.9 %8.3f  max %8.3f  (%d)%n",
        name,
        latencies.percentileMillis(0.5),
        latencies.percentileMillis(0.99),
        latencies.percentileMillis(0.999),
        latencies.maxMillis(),
        latencies.count());
  }

  private List<Metric> publication() {
    List<Metric> metrics = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      Tags tags = Tags.of("env", "production", "host", "h" + i);
      metrics.add(
          Metric.gauge(CHANNEL, "bench.time", (double) System.nanoTime(), tags)
              .withTimestamp(java.time.Instant.now()));
    }
    return metrics;
  }

  private void measureLatency(Instance publisher, double rate, List<Instance> all) {
    long period = (long) (1e9 / rate);
    long start = System.nanoTime();
    long end = start + warmup() + seconds();
    all.forEach(each -> each.startCounting(start + warmup()));
    for (long next = start; next < end; next += period) {
      while (System.nanoTime() < next) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
      publisher.broker.publish(CHANNEL, publication());
    }
    await(all, publisher.delivered);
  }

  private void measureThroughput(Instance publisher, Instance other) {
    int maxInFlight = arguments.integer("ahead", 5_000);
    long start = System.nanoTime();
    long countFrom = start + warmup();
    long end = countFrom + seconds();
    long deliveredBefore = publisher.delivered.get();
    long otherDeliveredBefore = other.delivered.get();
    long published = 0;
    long counted = 0;
    while (System.nanoTime() < end) {
      publisher.broker.publish(CHANNEL, publication());
      published++;
      while (published - (publisher.delivered.get() - deliveredBefore) > maxInFlight
          || published - (other.delivered.get() - otherDeliveredBefore) > maxInFlight) {
        LockSupport.parkNanos(50_000);
      }
      if (counted == 0 && System.nanoTime() > countFrom) {
        counted = published;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "throughput with two instances: %.0f publications/s of %d metrics each%n",
        (published - counted) * 1e9 / (System.nanoTime() - countFrom),
        batch);
  }

  private static void await(List<Instance> all, AtomicLong delivered) {
    for (Instance each : all) {
      while (each.delivered.get() < delivered.get()) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private long warmup() {
    return nanos("warmup", 15);
  }

  private long seconds() {
    return nanos("seconds", 10);
  }

  private long nanos(String name, int seconds) {
    return TimeUnit.SECONDS.toNanos(arguments.integer(name, seconds));
  }
}
