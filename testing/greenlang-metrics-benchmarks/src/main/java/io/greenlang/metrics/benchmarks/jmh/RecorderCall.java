package io.greenlang.metrics.benchmarks.jmh;

import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.AgentRecorder;
import io.greenlang.metrics.collectors.WorkflowRecorder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Microbenchmark of an application's recorder calls. An execution that is started and ended takes
 * two calls, each of which reads the clock; {@code clock} measures that part alone.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecorderCall {

  private static final Tags TAGS = Tags.of("tenant", "a", "region", "eu");

  private final WorkflowRecorder workflows = WorkflowRecorder.create();
  private final AgentRecorder agents = AgentRecorder.create();
  private final Duration duration = Duration.ofMillis(17);

  /** Reads the clock, as each call does. */
  @Benchmark
  public long clock() {
    return System.nanoTime();
  }

  /** Records an execution that the caller timed: one call. */
  @Benchmark
  public void succeeded() {
    workflows.recordSuccess("nightly-report", duration);
  }

  /** Records an execution in one call, including the caller's own two clock reads. */
  @Benchmark
  public void succeededTimedByCaller() {
    long startNanos = System.nanoTime();
    workflows.recordSuccess("nightly-report", Duration.ofNanos(System.nanoTime() - startNanos));
  }

  /** Starts and ends an execution: two calls, and a close without effect. */
  @Benchmark
  public void startAndSucceed() {
    try (WorkflowRecorder.Execution execution = workflows.start("nightly-report")) {
      execution.succeed();
    }
  }

  /** Starts and ends an execution with tags: two calls. */
  @Benchmark
  public void startAndSucceedTagged() {
    try (WorkflowRecorder.Execution execution = workflows.start("nightly-report", TAGS)) {
      execution.succeed();
    }
  }

  /** Starts and fails an agent's call: two calls. */
  @Benchmark
  public void startAndFail() {
    try (AgentRecorder.Call call = agents.start("summarizer")) {
      call.fail("timeout");
    }
  }

  /** Records a callable: two calls around it. */
  @Benchmark
  public Object recordCallable() throws Exception {
    return workflows.record("nightly-report", () -> "done");
  }

  /** Starts and ends executions from two threads under one name: two calls. */
  @Benchmark
  @Threads(2)
  public void startAndSucceedContended() {
    try (WorkflowRecorder.Execution execution = workflows.start("nightly-report")) {
      execution.succeed();
    }
  }
}
