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
 * What it costs an application to record. An execution that is started and ended is two calls, each
 * of which asks for the time; {@code clock} says what that alone takes.
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
  private final Duration took = Duration.ofMillis(17);

  /** Asking for the time, as each call does. */
  @Benchmark
  public long clock() {
    return System.nanoTime();
  }

  /** One call: an execution that the caller timed. */
  @Benchmark
  public void succeeded() {
    workflows.succeeded("nightly-report", took);
  }

  /** One call, and the caller's own two looks at the clock. */
  @Benchmark
  public void succeededTimedByCaller() {
    long began = System.nanoTime();
    workflows.succeeded("nightly-report", Duration.ofNanos(System.nanoTime() - began));
  }

  /** Two calls: start and succeed, and a close that has nothing left to do. */
  @Benchmark
  public void startAndSucceed() {
    try (WorkflowRecorder.Execution execution = workflows.start("nightly-report")) {
      execution.succeed();
    }
  }

  /** Two calls, with tags. */
  @Benchmark
  public void startAndSucceedTagged() {
    try (WorkflowRecorder.Execution execution = workflows.start("nightly-report", TAGS)) {
      execution.succeed();
    }
  }

  /** Two calls, of an agent that fails. */
  @Benchmark
  public void startAndFail() {
    try (AgentRecorder.Call call = agents.start("summarizer")) {
      call.fail("timeout");
    }
  }

  /** Two calls around a callable. */
  @Benchmark
  public Object recordCallable() throws Exception {
    return workflows.record("nightly-report", () -> "done");
  }

  /** Two calls, from two threads on one name. */
  @Benchmark
  @Threads(2)
  public void startAndSucceedContended() {
    try (WorkflowRecorder.Execution execution = workflows.start("nightly-report")) {
      execution.succeed();
    }
  }
}
