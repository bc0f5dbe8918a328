package io.greenlang.metrics.benchmarks;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Interruption;
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
 * What the way through Redis adds. First, how long a publication takes to be delivered: within the
 * process, by Redis to who published it, and by Redis to another instance, at a steady rate. Then,
 * how many a second one instance gets through Redis, with as many metrics in each as were asked
 * for, published as fast as they are delivered.
 */
public final class RedisDelivery {

  private static final String USAGE =
      """
      RedisDelivery: what the way through Redis adds.

        --redis URL      an empty Redis (redis://localhost:6379)
        --rate N         publications a second, for the delay (1000)
        --warmup N       seconds of each part that are not counted (15: the compilers take cores)
        --seconds N      how long each part is counted (10)
        --batch N        metrics in a publication (10)
        --ahead N        publications that are under way at most, for the throughput (5000)
        --help
      """;

  private static final Channel CHANNEL = new Channel("bench.metrics");

  private final Arguments arguments;
  private final int batch;

  private RedisDelivery(Arguments arguments) {
    this.arguments = arguments;
    this.batch = arguments.integer("batch", 10);
  }

  /** See {@code --help}. */
  public static void main(String[] args) {
    new RedisDelivery(Arguments.parse(USAGE, args)).run();
  }

  /** An instance that only looks at the time. */
  private static final class Instance implements BrokerReceiver, AutoCloseable {
    final Broker broker;
    final AtomicLong delivered = new AtomicLong();
    final AtomicLong interrupted = new AtomicLong();
    volatile LatencyHistogram delays = new LatencyHistogram();
    private volatile long countFrom = Long.MAX_VALUE;

    Instance(Broker broker) {
      this.broker = broker;
      broker.start(this);
      broker.add(CHANNEL);
    }

    void begin(long nanos) {
      delays = new LatencyHistogram();
      countFrom = nanos;
    }

    @Override
    public void open(Channel channel, ChannelLog log) {
      // what others published before is of no interest
    }

    @Override
    public void accept(Publication publication) {
      long sent = (long) publication.metrics().get(0).value();
      if (sent >= countFrom) {
        delays.record((System.nanoTime() - sent) / 1_000);
      }
      delivered.incrementAndGet();
    }

    @Override
    public void interrupt(Interruption interruption) {
      interrupted.incrementAndGet();
    }

    @Override
    public void close() {
      broker.close();
    }
  }

  private void run() {
    String url = arguments.text("redis", "redis://localhost:6379");
    double rate = arguments.number("rate", 1_000);
    try (Instance alone = new Instance(new LocalBroker(MetricsClock.system()));
        Instance one = new Instance(RedisBroker.create(url));
        Instance other = new Instance(RedisBroker.create(url))) {
      steadily(alone, rate, List.of(alone));
      steadily(one, rate, List.of(one, other));
      System.out.printf(
          Locale.ROOT, "%.0f publications/s of %d metrics, ms until delivered%n", rate, batch);
      print("within the process", alone);
      print("by Redis, to the publisher", one);
      print("by Redis, to another", other);
      System.out.printf(
          Locale.ROOT,
          "Redis adds %.3f ms to p99%n",
          other.delays.millisAt(0.99) - alone.delays.millisAt(0.99));
      throughput(one, other);
      long interruptions = one.interrupted.get() + other.interrupted.get();
      if (interruptions > 0) {
        throw new IllegalStateException(interruptions + " times something was lost");
      }
    }
  }

  private static void print(String name, Instance instance) {
    LatencyHistogram delays = instance.delays;
    System.out.printf(
        Locale.ROOT,
        "%-28s p50 %8.3f  p99 %8.3f  p99.9 %8.3f  max %8.3f  (%d)%n",
        name,
        delays.millisAt(0.5),
        delays.millisAt(0.99),
        delays.millisAt(0.999),
        delays.maxMillis(),
        delays.count());
  }

  private List<Metric> publication() {
    List<Metric> metrics = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      Tags tags = Tags.of("env", "production", "host", "h" + i);
      metrics.add(
          Metric.gauge(CHANNEL, "bench.time", (double) System.nanoTime(), tags)
              .at(java.time.Instant.now()));
    }
    return metrics;
  }

  private void steadily(Instance publisher, double rate, List<Instance> all) {
    long period = (long) (1e9 / rate);
    long start = System.nanoTime();
    long end = start + warmup() + seconds();
    all.forEach(each -> each.begin(start + warmup()));
    for (long next = start; next < end; next += period) {
      while (System.nanoTime() < next) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
      publisher.broker.publish(CHANNEL, publication());
    }
    await(all, publisher.delivered);
  }

  private void throughput(Instance publisher, Instance other) {
    int ahead = arguments.integer("ahead", 5_000);
    long start = System.nanoTime();
    long countFrom = start + warmup();
    long end = countFrom + seconds();
    long before = publisher.delivered.get();
    long otherBefore = other.delivered.get();
    long published = 0;
    long counted = 0;
    while (System.nanoTime() < end) {
      publisher.broker.publish(CHANNEL, publication());
      published++;
      while (published - (publisher.delivered.get() - before) > ahead
          || published - (other.delivered.get() - otherBefore) > ahead) {
        LockSupport.parkNanos(50_000);
      }
      if (counted == 0 && System.nanoTime() > countFrom) {
        counted = published;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%.0f publications/s of %d metrics each got through, with two instances%n",
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
