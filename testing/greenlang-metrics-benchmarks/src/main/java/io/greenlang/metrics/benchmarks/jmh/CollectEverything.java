package io.greenlang.metrics.benchmarks.jmh;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.collectors.AgentRecorder;
import io.greenlang.metrics.collectors.JvmMetricSource;
import io.greenlang.metrics.collectors.SystemMetricSource;
import io.greenlang.metrics.collectors.WorkflowRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
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
 * Microbenchmark of one collection of each source, and of all sources in sequence. {@code
 * CollectorCost} measures the resulting load at the collectors' regular intervals.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CollectEverything {

  /** The number of workflows and agents of a large application. */
  private static final int NAMES = 20;

  private final WorkflowRecorder workflows = WorkflowRecorder.create();
  private final AgentRecorder agents = AgentRecorder.create();
  private final MetricSource system = SystemMetricSource.create();
  private final MetricSource jvm = JvmMetricSource.create();

  static {
    // OSHI caches some values for 300 ms. With one collection per second the cache never applies;
    // in a tight loop it would make them free.
    oshi.util.GlobalConfig.set(oshi.util.GlobalConfig.OSHI_UTIL_MEMOIZER_EXPIRATION, 0);
  }

  /** Performs the initialization that happens once. */
  @Setup
  public void open() throws Exception {
    system.collect();
    jvm.collect();
  }

  private void record() {
    for (int name = 0; name < NAMES; name++) {
      for (int i = 1; i <= 100; i++) {
        workflows.recordSuccess("workflow-" + name, Duration.ofMillis(i));
      }
      agents.start("agent-" + name).close();
    }
  }

  /** Collects from the host. */
  @Benchmark
  public Collection<Metric> system() throws Exception {
    return system.collect();
  }

  /** Collects from the JVM. */
  @Benchmark
  public Collection<Metric> jvm() throws Exception {
    return jvm.collect();
  }

  /** Collects from {@value #NAMES} workflows and as many agents, all of which were active. */
  @Benchmark
  public List<Metric> recorders() throws Exception {
    record();
    List<Metric> metrics = new ArrayList<>(workflows.collect());
    metrics.addAll(agents.collect());
    return metrics;
  }

  /** Collects from all sources in sequence. */
  @Benchmark
  public List<Metric> everything() throws Exception {
    List<Metric> metrics = new ArrayList<>(system.collect());
    metrics.addAll(jvm.collect());
    metrics.addAll(recorders());
    return metrics;
  }
}
