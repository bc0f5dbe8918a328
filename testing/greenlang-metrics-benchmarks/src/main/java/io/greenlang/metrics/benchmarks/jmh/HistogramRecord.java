package io.greenlang.metrics.benchmarks.jmh;

import io.greenlang.metrics.Distribution;
import io.greenlang.metrics.DistributionRecorder;
import io.greenlang.metrics.Histogram;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.hub.MetricsHub;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microbenchmark of a hub's histogram: one observation, while the hub publishes the histogram once
 * per second, and one drain. Durations span two orders of magnitude.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HistogramRecord {

  private static final int VALUES = 1024;

  private final MetricsHub hub = MetricsHub.create();
  private final Histogram histogram = hub.histogram("http.metrics", "latency", Tags.empty());
  private final DistributionRecorder recorder = new DistributionRecorder();
  private final double[] millis =
      new Random(42).doubles(VALUES).map(random -> Math.exp(random * Math.log(100))).toArray();

  /** The position of one thread in the durations. */
  @State(Scope.Thread)
  public static class Position {
    private int next;

    int next() {
      next = (next + 1) & (VALUES - 1);
      return next;
    }
  }

  /** Closes the hub, which ends the threads of its timers. */
  @TearDown
  public void close() {
    hub.close();
  }

  /** Records an observation from one thread. */
  @Benchmark
  public void record(Position position) {
    histogram.record(millis[position.next()]);
  }

  /** Records an observation from each of two threads into one histogram. */
  @Benchmark
  @Threads(2)
  public void recordContended(Position position) {
    histogram.record(millis[position.next()]);
  }

  /** Looks the histogram up, then records: two calls. */
  @Benchmark
  public void lookUpAndRecord(Position position) {
    hub.histogram("http.metrics", "latency", Tags.empty()).record(millis[position.next()]);
  }

  /** Records {@value #VALUES} observations and drains them, as the hub does once per interval. */
  @Benchmark
  public @Nullable Distribution recordAndDrain() {
    for (double each : millis) {
      recorder.record(each);
    }
    return recorder.drain();
  }

  /** Drains a recorder without observations, as the hub does for each idle histogram. */
  @Benchmark
  public @Nullable Distribution drainIdle() {
    return recorder.drain();
  }
}
