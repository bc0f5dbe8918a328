package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.recorder.OperationSnapshot;
import io.greenlang.metrics.collectors.internal.recorder.OperationStats;
import io.greenlang.metrics.collectors.internal.recorder.RecorderCore;
import io.greenlang.metrics.collectors.internal.recorder.RecorderDescriptions;
import io.greenlang.metrics.collectors.internal.recorder.RecorderOptions;
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
 * <p>Thread-safe. Recording takes a lock only for a new name, and does not wait otherwise. Once a
 * name is known, recording allocates nothing but the {@link Execution}; {@link #record} and {@link
 * #recordSuccess} do not even allocate that.
 *
 * <p>Add the recorder as a source to one collector. It publishes {@code executions.total}, {@code
 * .successful}, {@code .failed} (counters since the recorder was created), {@code .running} and
 * {@code .pending}. The histogram {@code duration} is the {@link io.greenlang.metrics.Distribution}
 * in milliseconds of the executions that ended since the previous collection. The hub also delivers
 * its statistics as {@code duration.min}, {@code max}, {@code avg}, {@code p50}, {@code p95} and
 * {@code p99}. Over a sliding window, by default of one minute, the recorder publishes {@code
 * success_rate} in percent and {@code throughput} per second. These metrics cover all workflows;
 * with the prefix {@code workflow.} and the tag {@code workflow}, they cover each workflow.
 *
 * <p>By default, at most 256 distinct combinations of name and tags are recorded; further ones
 * count as {@code other}. A name is cut to {@value Tags#MAX_VALUE_LENGTH} characters, with {@code
 * ?} for control characters; a blank name becomes {@code unnamed}.
 */
public final class WorkflowRecorder implements MetricSource {

  private static final String NAME = "workflow";

  private final RecorderCore core;

  private WorkflowRecorder(RecorderOptions options) {
    this.core = new RecorderCore(Channel.WORKFLOW, NAME, "executions", "duration", false, options);
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
    Execution execution = new Execution(core, core.stats(workflow, tags));
    execution.startTimer();
    return execution;
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
    OperationStats stats = core.stats(workflow, tags);
    stats.recordSubmitted();
    return new Execution(core, stats);
  }

  /**
   * Runs {@code work} and records it as an execution, which counts as failed if {@code work}
   * throws.
   *
   * @return the result of {@code work}
   * @throws Exception the exception thrown by {@code work}
   */
  public <T> T record(String workflow, Callable<T> work) throws Exception {
    return core.record(workflow, work, false);
  }

  /**
   * Records a successful execution that the caller timed.
   *
   * @param duration a negative duration, for instance from a clock that was set back, counts as
   *     zero, and one of more than 365 days as 365 days
   */
  public void recordSuccess(String workflow, Duration duration) {
    long nanos = nanos(duration); // first, because an exception must not leave an execution running
    OperationStats stats = core.stats(workflow, Tags.empty());
    stats.recordStarted();
    stats.recordSuccess(nanos);
  }

  /**
   * Records a failed execution that the caller timed.
   *
   * @param duration a negative duration, for instance from a clock that was set back, counts as
   *     zero, and one of more than 365 days as 365 days
   */
  public void recordFailure(String workflow, Duration duration) {
    long nanos = nanos(duration);
    OperationStats stats = core.stats(workflow, Tags.empty());
    stats.recordStarted();
    stats.recordFailure(nanos);
  }

  private static long nanos(Duration duration) {
    if (duration.isNegative()) {
      return 0;
    }
    Duration max = OperationStats.MAX_DURATION; // beyond it, toNanos could overflow
    return duration.compareTo(max) > 0 ? max.toNanos() : duration.toNanos();
  }

  /**
   * Returns {@code workflow}. Names are unique within a collector, so a collector accepts only one
   * workflow recorder: share it.
   */
  @Override
  public String name() {
    return NAME;
  }

  /** Returns 5 seconds, the interval of workflow metrics. */
  @Override
  public Duration interval() {
    return RecorderCore.INTERVAL;
  }

  @Override
  public Collection<MetricDescription> descriptions() {
    return RecorderDescriptions.WORKFLOWS;
  }

  /**
   * Collects the executions since the previous collection. Use a recorder in one collector only:
   * operations that one collector has drained are not seen by another.
   */
  @Override
  public Collection<Metric> collect() {
    List<OperationSnapshot> snapshots = core.drainAll();
    SampleCollector samples = core.newCollector();
    OperationSnapshot total = core.writeTotals(snapshots, samples);
    samples.gauge("executions.pending", total.pending());
    for (OperationSnapshot snapshot : snapshots) {
      core.writeOperation(snapshot, samples);
      core.withTagsOf(snapshot, samples).gauge("workflow.executions.pending", snapshot.pending());
    }
    return samples.metrics();
  }

  /**
   * A pending or running execution. Used by one thread at a time, not necessarily always the same.
   * If it is closed without {@link #succeed}, it has failed; if it is closed while pending, it was
   * abandoned and is not counted. Every execution must be closed; otherwise it counts as running
   * forever. Methods that are called after its end have no effect.
   */
  public static final class Execution extends TimedOperation {

    private Execution(RecorderCore core, OperationStats stats) {
      super(core, stats);
    }

    /** Marks the execution as removed from the queue and starts timing it. */
    public void begin() {
      if (isPending()) {
        stats().recordDequeued();
        startTimer();
      }
    }

    /** Ends the execution as successful. If it never began, its duration is zero. */
    public void succeed() {
      begin();
      end(true);
    }

    /** Ends the execution as failed. If it never began, its duration is zero. */
    public void fail() {
      begin();
      end(false);
    }

    @Override
    public void close() {
      if (isPending()) {
        abandon();
      } else {
        end(false);
      }
    }
  }
}
