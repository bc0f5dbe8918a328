package io.greenlang.metrics.benchmarks.jmh;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.Interval;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricType;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.aggregate.Aggregate;
import io.greenlang.metrics.aggregate.Aggregator;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.LocalBroker;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.aggregate.BuiltInAggregator;
import io.greenlang.metrics.internal.channel.ChannelRegistry;
import io.greenlang.metrics.internal.channel.ChannelStream;
import io.greenlang.metrics.subscription.Format;
import io.greenlang.metrics.subscription.StartPosition;
import io.greenlang.metrics.subscription.Subscription;
import io.greenlang.metrics.websocket.internal.protocol.JsonFrameEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microbenchmark of folding one sample into an open window: the aggregate alone, and the whole path
 * through the channel. The channel finds the series, and it has no subscriber to raw samples.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AggregateFold {

  /** The metrics of a publication, each of a separate series. */
  private static final int METRICS = 100;

  private static final int VALUES = 1024;
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:10Z");
  private static final Channel CHANNEL = new Channel("bench.metrics");

  /** A stopped wall clock, so that the window stays open. */
  private static final MetricsClock STOPPED =
      new MetricsClock() {
        @Override
        public long wallTimeMillis() {
          return NOW.toEpochMilli();
        }

        @Override
        public long monotonicNanos() {
          return System.nanoTime();
        }
      };

  /** The metric type of the samples. */
  @Param({"gauge", "counter", "histogram"})
  public String type = "gauge";

  private final double[] values = new double[VALUES];
  private Aggregate aggregate = BuiltInAggregator.GAUGES.create();
  private ChannelStream stream = stream();
  private Publication publication = publication(MetricType.GAUGE, values);
  private int next;

  private static ChannelStream stream() {
    ChannelRegistry streams =
        new ChannelRegistry(
            ChannelLimits.DEFAULT,
            STOPPED,
            Aggregators.builtIn(STOPPED),
            Retention.NONE,
            new LocalBroker(STOPPED));
    streams.onChannelOpened(CHANNEL, ChannelLog.empty("epoch"));
    return Objects.requireNonNull(streams.find(CHANNEL));
  }

  /** Opens a window on every series; values span two orders of magnitude. */
  @Setup
  public void open() {
    Random random = new Random(42);
    double total = 0;
    for (int i = 0; i < VALUES; i++) {
      double value = Math.exp(random.nextDouble() * Math.log(100));
      total += value;
      values[i] = type.equals("counter") ? total : value;
    }
    MetricType metricType = new MetricType(type);
    Aggregator aggregator = Aggregators.builtIn(STOPPED).find(metricType);
    aggregate = Objects.requireNonNull(aggregator, type).create();
    for (double value : values) {
      aggregate.add(value, 0); // so that every bin that occurs exists
    }
    stream = stream();
    Subscription all = Subscription.ofChannel(CHANNEL);
    Subscription windows =
        new Subscription(
            CHANNEL, all.tags(), all.names(), Interval.ONE_MINUTE, null, Format.METRIC);
    stream.open(windows, JsonFrameEncoder.INSTANCE, StartPosition.NOW, null);
    publication = publication(metricType, values);
  }

  private static Publication publication(MetricType type, double[] values) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < METRICS; i++) {
      Tags tags = Tags.of("host", "web-" + i, "env", "production");
      metrics.add(new Metric(CHANNEL, "cpu.percent", type, values[i], NOW, tags));
    }
    return new Publication(CHANNEL, "epoch", 1, STOPPED.wallTimeMillis(), metrics);
  }

  /** Adds a sample to the aggregate alone. */
  @Benchmark
  public void intoAggregate() {
    aggregate.add(values[next & (VALUES - 1)], next++);
  }

  /**
   * Publishes through the channel; the figures are per sample, with {@value #METRICS} in a
   * publication.
   */
  @Benchmark
  @OperationsPerInvocation(METRICS)
  public void throughChannel() {
    stream.accept(publication);
  }
}
