package io.greenlang.metrics.benchmarks.jmh;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.micrometer.GreenlangMeterRegistry;
import io.greenlang.metrics.micrometer.MicrometerSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microbenchmark of Micrometer's timers: a recording into our registry beside one into Micrometer's
 * own, and a collection of 1,000 meters.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MeterCall {

  private static final int METERS = 1000;

  private final Timer simple = new SimpleMeterRegistry().timer("requests");
  private final Timer ours = new GreenlangMeterRegistry().timer("requests");
  private final MeterRegistry registry = new GreenlangMeterRegistry();
  private final MicrometerSource source = MicrometerSource.of(registry);
  private long nanos;

  /** Registers the meters of the collection: of each four, two timers, a counter and a gauge. */
  @Setup
  public void register() {
    for (int i = 0; i < METERS / 4; i++) {
      String part = Integer.toString(i);
      registry.timer("requests", "part", part);
      registry.timer("queries", "part", part);
      registry.counter("orders", "part", part);
      registry.gauge("depth." + i, i);
    }
  }

  private long next() {
    nanos = (nanos + 7_919) & 0xFF_FFFF;
    return nanos;
  }

  /** Records into Micrometer's own registry. */
  @Benchmark
  public void simple() {
    simple.record(next(), TimeUnit.NANOSECONDS);
  }

  /** Records into our registry. */
  @Benchmark
  public void ours() {
    ours.record(next(), TimeUnit.NANOSECONDS);
  }

  /** Collects 1,000 meters, each timer with one recording. */
  @Benchmark
  public Collection<Metric> collect() {
    for (int i = 0; i < METERS / 4; i++) {
      String part = Integer.toString(i);
      registry.timer("requests", "part", part).record(next(), TimeUnit.NANOSECONDS);
    }
    return source.collect();
  }
}
