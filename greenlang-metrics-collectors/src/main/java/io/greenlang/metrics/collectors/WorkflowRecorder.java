package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Counts and times the executions of workflows where they happen, for the channel {@code
 * workflow.metrics}.
 *
 * <pre>{@code
 * try (WorkflowRecorder.Execution run = workflows.start("nightly-report")) {
 *   ...
 *   run.succeed();
 * }
 * Report report = workflows.record("nightly-report", () -> make());
 * }</pre>
 *
 * <p>Any thread may record; it takes no lock, does not wait and, once a name is known, allocates
 * nothing but the {@link Execution}, and that neither in {@link #record} nor in {@link #succeeded}.
 *
 * <p>As a source for one collector it yields {@code executions.total}, {@code .successful}, {@code
 * .failed} (counters since the recorder was made), {@code .running}, {@code .pending}, and over a
 * sliding window, of one minute unless told otherwise, {@code success_rate} in percent, {@code
 * throughput} per second and {@code duration.min}, {@code max}, {@code avg}, {@code p50}, {@code
 * p95}, {@code p99} in milliseconds: of all workflows, and with {@code workflow.} before the name
 * and the tag {@code workflow}, of each.
 *
 * <p>There are at most 256 different names and tags, unless told otherwise; what comes under
 * further ones counts as {@code other}. A name is cut to {@value Tags#MAX_VALUE_LENGTH} characters,
 * with {@code ?} for control characters; a blank one is {@code unnamed}.
 */
public final class WorkflowRecorder implements MetricSource {

  private static final String NAME = "workflow";

  private final RecorderCore core;

  private WorkflowRecorder(RecorderBuilder.Settings settings) {
    this.core = new RecorderCore(Channel.WORKFLOW, NAME, "executions", "duration", settings);
  }

  /** A recorder of nothing yet. */
  public static WorkflowRecorder create() {
    return builder().build();
  }

  /** A recorder with settings of its own. */
  public static RecorderBuilder<WorkflowRecorder> builder() {
    return new RecorderBuilder<>(WorkflowRecorder::new);
  }

  /** An execution begins now. */
  public Execution start(String workflow) {
    return start(workflow, Tags.empty());
  }

  /**
   * An execution begins now.
   *
   * @param tags at most 8
   */
  public Execution start(String workflow, Tags tags) {
    Recording recording = core.table.of(workflow, tags);
    recording.started();
    return new Execution(core, recording, Execution.RUNNING, core.nanoTime());
  }

  /** An execution is queued, and counts as pending until it {@linkplain Execution#begin begins}. */
  public Execution submit(String workflow) {
    return submit(workflow, Tags.empty());
  }

  /**
   * An execution is queued, and counts as pending until it {@linkplain Execution#begin begins}.
   *
   * @param tags at most 8
   */
  public Execution submit(String workflow, Tags tags) {
    Recording recording = core.table.of(workflow, tags);
    recording.submitted();
    return new Execution(core, recording, Execution.PENDING, 0);
  }

  /**
   * Does the work and records it: failed if it throws.
   *
   * @return what the work returns
   * @throws Exception what the work throws
   */
  public <T> T record(String workflow, Callable<T> work) throws Exception {
    Recording recording = core.table.of(workflow, Tags.empty());
    recording.started();
    long began = core.nanoTime();
    T result;
    try {
      result = work.call();
    } catch (Throwable thrown) {
      recording.failed(core.nanoTime() - began);
      throw thrown;
    }
    recording.succeeded(core.nanoTime() - began);
    return result;
  }

  /**
   * Records an execution that succeeded and was timed by the caller.
   *
   * @param took less than zero, by a clock that was set back for instance, counts as zero
   */
  public void succeeded(String workflow, Duration took) {
    long nanos = nanos(took); // first: what throws must not leave an execution running
    Recording recording = core.table.of(workflow, Tags.empty());
    recording.started();
    recording.succeeded(nanos);
  }

  /**
   * Records an execution that failed and was timed by the caller.
   *
   * @param took less than zero, by a clock that was set back for instance, counts as zero
   */
  public void failed(String workflow, Duration took) {
    long nanos = nanos(took);
    Recording recording = core.table.of(workflow, Tags.empty());
    recording.started();
    recording.failed(nanos);
  }

  private static long nanos(Duration took) {
    if (took.isNegative()) {
      return 0;
    }
    return took.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : took.toNanos();
  }

  /** {@code workflow}: so a collector takes one recorder only. Share it. */
  @Override
  public String name() {
    return NAME;
  }

  /** 5 seconds, as the specification has it. */
  @Override
  public Duration interval() {
    return RecorderCore.INTERVAL;
  }

  /** For one collector: what it takes here, another does not get. */
  @Override
  public Collection<Metric> collect() {
    List<RecorderCore.Standing> standings = core.standings();
    Readings readings = core.readings();
    Summary whole = core.writeWhole(standings, readings);
    readings.gauge("executions.pending", whole.pending);
    for (RecorderCore.Standing standing : standings) {
      core.writePart(standing, readings);
      core.of(standing, readings).gauge("workflow.executions.pending", standing.summary().pending);
    }
    return readings.metrics();
  }

  /**
   * One execution. By one thread at a time, not always the same. Closed without having succeeded,
   * it has failed; closed while pending, it was given up and is not counted. Every execution must
   * be closed, or it counts as running for good. What is called after its end does nothing.
   */
  public static final class Execution implements AutoCloseable {

    private static final int PENDING = 0;
    private static final int RUNNING = 1;
    private static final int ENDED = 2;

    private final RecorderCore core;
    private final Recording recording;
    private int state;
    private long beganNanos;

    private Execution(RecorderCore core, Recording recording, int state, long beganNanos) {
      this.core = core;
      this.recording = recording;
      this.state = state;
      this.beganNanos = beganNanos;
    }

    /** It leaves the queue and begins now. */
    public void begin() {
      if (state == PENDING) {
        state = RUNNING;
        recording.taken();
        recording.started();
        beganNanos = core.nanoTime();
      }
    }

    /** It ends now, and has succeeded. One that never began is taken to have just begun. */
    public void succeed() {
      begin();
      if (state == RUNNING) {
        state = ENDED;
        recording.succeeded(core.nanoTime() - beganNanos);
      }
    }

    /** It ends now, and has failed. One that never began is taken to have just begun. */
    public void fail() {
      begin();
      if (state == RUNNING) {
        state = ENDED;
        recording.failed(core.nanoTime() - beganNanos);
      }
    }

    @Override
    public void close() {
      if (state == PENDING) {
        state = ENDED;
        recording.taken();
      } else if (state == RUNNING) {
        fail();
      }
    }
  }
}
