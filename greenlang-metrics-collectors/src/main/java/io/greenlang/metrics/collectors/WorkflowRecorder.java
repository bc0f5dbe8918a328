package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.recorder.OperationStats;
import io.greenlang.metrics.collectors.internal.recorder.OperationSummary;
import io.greenlang.metrics.collectors.internal.recorder.RecorderCore;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Recorder that counts and times executions of workflows, for the channel {@code workflow.metrics}.
 *
 * <pre>{@code
 * try (WorkflowRecorder.Execution run = workflows.start("nightly-report")) {
 *   ...
 *   run.succeed();
 * }
 * Report report = workflows.record("nightly-report", () -> make());
 * }</pre>
 *
 * <p>Thread-safe. Recording takes no lock and does not wait. Once a name is known, recording
 * allocates nothing but the {@link Execution}; {@link #record} and {@link #recordSuccess} do not
 * even allocate that.
 *
 * <p>Add the recorder as a source to one collector. It publishes {@code executions.total}, {@code
 * .successful}, {@code .failed} (counters since the recorder was created), {@code .running} and
 * {@code .pending}. Over a sliding window, by default of one minute, it publishes {@code
 * success_rate} in percent, {@code throughput} per second and {@code duration.min}, {@code max},
 * {@code avg}, {@code p50}, {@code p95}, {@code p99} in milliseconds. These metrics cover all
 * workflows; with the prefix {@code workflow.} and the tag {@code workflow}, they cover each
 * workflow.
 *
 * <p>By default, at most 256 distinct combinations of name and tags are recorded; further ones
 * count as {@code other}. A name is cut to {@value Tags#MAX_VALUE_LENGTH} characters, with {@code
 * ?} for control characters; a blank name becomes {@code unnamed}.
 */
public final class WorkflowRecorder implements MetricSource {

  private static final String NAME = "workflow";

  private final RecorderCore core;

  private WorkflowRecorder(RecorderBuilder.Settings settings) {
    this.core = new RecorderCore(Channel.WORKFLOW, NAME, "executions", "duration", settings);
  }

  /** Returns a new recorder with default settings. */
  public static WorkflowRecorder create() {
    return builder().build();
  }

  /** Returns a builder of a recorder. */
  public static RecorderBuilder<WorkflowRecorder> builder() {
    return new RecorderBuilder<>(WorkflowRecorder::new);
  }

  /** Starts timing an execution. Close the returned execution when it ends. */
  public Execution start(String workflow) {
    return start(workflow, Tags.empty());
  }

  /**
   * Starts timing an execution. Close the returned execution when it ends.
   *
   * @param workflow the workflow's name
   * @param tags at most 8
   * @throws IllegalArgumentException if there are more tags
   */
  public Execution start(String workflow, Tags tags) {
    OperationStats recording = core.registry.getOrCreate(workflow, tags);
    recording.recordStarted();
    return new Execution(core, recording, Execution.RUNNING, core.nanoTime());
  }

  /**
   * Records a queued execution. It counts as pending until it {@linkplain Execution#begin begins}.
   */
  public Execution submit(String workflow) {
    return submit(workflow, Tags.empty());
  }

  /**
   * Records a queued execution. It counts as pending until it {@linkplain Execution#begin begins}.
   *
   * @param workflow the workflow's name
   * @param tags at most 8
   * @throws IllegalArgumentException if there are more tags
   */
  public Execution submit(String workflow, Tags tags) {
    OperationStats recording = core.registry.getOrCreate(workflow, tags);
    recording.recordSubmitted();
    return new Execution(core, recording, Execution.PENDING, 0);
  }

  /**
   * Runs {@code work} and records it as an execution, which counts as failed if {@code work}
   * throws.
   *
   * @return the result of {@code work}
   * @throws Exception the exception thrown by {@code work}
   */
  public <T> T record(String workflow, Callable<T> work) throws Exception {
    OperationStats recording = core.registry.getOrCreate(workflow, Tags.empty());
    recording.recordStarted();
    long startNanos = core.nanoTime();
    T result;
    try {
      result = work.call();
    } catch (Throwable thrown) {
      recording.recordFailure(core.nanoTime() - startNanos);
      throw thrown;
    }
    recording.recordSuccess(core.nanoTime() - startNanos);
    return result;
  }

  /**
   * Records a successful execution that the caller timed.
   *
   * @param duration a negative duration, for instance from a clock that was set back, counts as
   *     zero
   */
  public void recordSuccess(String workflow, Duration duration) {
    long nanos = nanos(duration); // first, because an exception must not leave an execution running
    OperationStats recording = core.registry.getOrCreate(workflow, Tags.empty());
    recording.recordStarted();
    recording.recordSuccess(nanos);
  }

  /**
   * Records a failed execution that the caller timed.
   *
   * @param duration a negative duration, for instance from a clock that was set back, counts as
   *     zero
   */
  public void recordFailure(String workflow, Duration duration) {
    long nanos = nanos(duration);
    OperationStats recording = core.registry.getOrCreate(workflow, Tags.empty());
    recording.recordStarted();
    recording.recordFailure(nanos);
  }

  private static long nanos(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    return duration.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE : duration.toNanos();
  }

  /**
   * Returns {@code workflow}. Names are unique within a collector, so a collector accepts only one
   * workflow recorder: share it.
   */
  @Override
  public String name() {
    return NAME;
  }

  /** Returns 5 seconds, as the specification requires. */
  @Override
  public Duration interval() {
    return RecorderCore.INTERVAL;
  }

  /**
   * Collects the executions since the previous collection. Use a recorder in one collector only:
   * operations that one collector has drained are not seen by another.
   */
  @Override
  public Collection<Metric> collect() {
    List<RecorderCore.OperationSnapshot> snapshots = core.drainAll();
    SampleCollector samples = core.newCollector();
    OperationSummary total = core.writeTotals(snapshots, samples);
    samples.gauge("executions.pending", total.pending);
    for (RecorderCore.OperationSnapshot snapshot : snapshots) {
      core.writeOperation(snapshot, samples);
      core.withTagsOf(snapshot, samples)
          .gauge("workflow.executions.pending", snapshot.summary().pending);
    }
    return samples.metrics();
  }

  /**
   * A pending or running execution. Used by one thread at a time, not necessarily always the same.
   * If it is closed without {@link #succeed}, it has failed; if it is closed while pending, it was
   * abandoned and is not counted. Every execution must be closed; otherwise it counts as running
   * forever. Methods that are called after its end have no effect.
   */
  public static final class Execution implements AutoCloseable {

    private static final int PENDING = 0;
    private static final int RUNNING = 1;
    private static final int ENDED = 2;

    private final RecorderCore core;
    private final OperationStats recording;
    private int state;
    private long startNanos;

    private Execution(RecorderCore core, OperationStats recording, int state, long startNanos) {
      this.core = core;
      this.recording = recording;
      this.state = state;
      this.startNanos = startNanos;
    }

    /** Marks the execution as removed from the queue and starts timing it. */
    public void begin() {
      if (state == PENDING) {
        state = RUNNING;
        recording.recordDequeued();
        recording.recordStarted();
        startNanos = core.nanoTime();
      }
    }

    /** Ends the execution as successful. If it never began, its duration is zero. */
    public void succeed() {
      begin();
      if (state == RUNNING) {
        state = ENDED;
        recording.recordSuccess(core.nanoTime() - startNanos);
      }
    }

    /** Ends the execution as failed. If it never began, its duration is zero. */
    public void fail() {
      begin();
      if (state == RUNNING) {
        state = ENDED;
        recording.recordFailure(core.nanoTime() - startNanos);
      }
    }

    @Override
    public void close() {
      if (state == PENDING) {
        state = ENDED;
        recording.recordDequeued();
      } else if (state == RUNNING) {
        fail();
      }
    }
  }
}
