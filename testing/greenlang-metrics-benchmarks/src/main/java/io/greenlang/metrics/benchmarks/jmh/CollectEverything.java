package io.greenlang.metrics.benchmarks.jmh;

import io.greenlang.metrics.Metric;
import io.greenlang.metrics.collect.MetricSource;
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
 * What one collection of each source takes, and of all of them, one right after the other. {@code
 * CollectorCost} says what that comes to at the pace of a host.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CollectEverything {

  /** As many workflows and agents as a large application has. */
  private static final int NAMES = 20;

  private final WorkflowRecorder workflows = WorkflowRecorder.create();
  private final AgentRecorder agents = AgentRecorder.create();
  private final MetricSource system = SystemMetricSource.create();
  private final MetricSource jvm = JvmMetricSource.create();

  static {
    // OSHI keeps some numbers for 300 ms, which at a collection a second is never; back to back it
    // would make them free.
    oshi.util.GlobalConfig.set(oshi.util.GlobalConfig.OSHI_UTIL_MEMOIZER_EXPIRATION, 0);
  }

  /** Opens what is opened once. */
  @Setup
  public void open() throws Exception {
    system.collect();
    jvm.collect();
  }

  private void record() {
    for (int name = 0; name < NAMES; name++) {
      for (int i = 1; i <= 100; i++) {
        workflows.succeeded("workflow-" + name, Duration.ofMillis(i));
      }
      agents.start("agent-" + name).close();
    }
  }

  /** The host. */
  @Benchmark
  public Collection<Metric> system() throws Exception {
    return system.collect();
  }

  /** The virtual machine. */
  @Benchmark
  public Collection<Metric> jvm() throws Exception {
    return jvm.collect();
  }

  /** {@value #NAMES} workflows and as many agents, in all of which something happened. */
  @Benchmark
  public List<Metric> recorders() throws Exception {
    record();
    List<Metric> metrics = new ArrayList<>(workflows.collect());
    metrics.addAll(agents.collect());
    return metrics;
  }

  /** All of it, one after the other. */
  @Benchmark
  public List<Metric> everything() throws Exception {
    List<Metric> metrics = new ArrayList<>(system.collect());
    metrics.addAll(jvm.collect());
    metrics.addAll(recorders());
    return metrics;
  }
}
