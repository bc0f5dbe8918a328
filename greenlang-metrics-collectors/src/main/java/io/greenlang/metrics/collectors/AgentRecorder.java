package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.recorder.ErrorCounts;
import io.greenlang.metrics.collectors.internal.recorder.OperationSnapshot;
import io.greenlang.metrics.collectors.internal.recorder.OperationStats;
import io.greenlang.metrics.collectors.internal.recorder.RecorderCore;
import io.greenlang.metrics.collectors.internal.recorder.RecorderDescriptions;
import io.greenlang.metrics.collectors.internal.recorder.RecorderOptions;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;

/**
 * Recorder that counts and times calls of agents, and their errors by type, for the channel {@code
 * agent.metrics}.
 *
 * <pre>{@code
 * try (AgentRecorder.Call call = agents.start("summarizer")) {
 *   ...
 *   call.succeed();
 * }
 * Summary summary = agents.record("summarizer", () -> summarize(text));
 * }</pre>
 *
 * <p>Thread-safe. The rules of {@link WorkflowRecorder} about names, tags and the window also apply
 * here.
 *
 * <p>The recorder publishes {@code calls.total}, {@code .successful}, {@code .failed}, {@code
 * .running}, {@code errors.total}, {@code success_rate} and {@code throughput}. The histogram
 * {@code latency} is the {@link io.greenlang.metrics.Distribution} in milliseconds of the calls
 * that ended since the previous collection. The hub also delivers its statistics as {@code
 * latency.min}, {@code max}, {@code avg}, {@code p50}, {@code p95} and {@code p99}. These metrics
 * cover all agents; with the prefix {@code agent.} and the tag {@code agent}, they cover each
 * agent. {@code errors.by_type} carries the tag {@code type}. {@code top.calls} and {@code
 * slowest.p95} list the {@value #RANKED} agents with the most calls and with the highest 95th
 * percentile in the window.
 */
public final class AgentRecorder implements MetricSource {

  private static final String NAME = "agent";
  private static final int RANKED = 5;

  private final RecorderCore core;

  private AgentRecorder(RecorderOptions options) {
    this.core = new RecorderCore(Channel.AGENT, NAME, "calls", "latency", true, options);
  }

  /** Returns a new recorder with default settings. */
  public static AgentRecorder create() {
    return builder().build();
  }

  /** Returns a builder of a recorder. */
  public static RecorderBuilder<AgentRecorder> builder() {
    return new RecorderBuilder<>(AgentRecorder::new);
  }

  /** Starts timing a call. Close the returned call when it ends. */
  public Call start(String agent) {
    return start(agent, Tags.empty());
  }

  /**
   * Starts timing a call. Close the returned call when it ends.
   *
   * @param agent the agent's name
   * @param tags at most 8
   * @throws IllegalArgumentException if there are more tags
   */
  public Call start(String agent, Tags tags) {
    Call call = new Call(core, core.stats(agent, tags));
    call.startTimer();
    return call;
  }

  /**
   * Runs {@code work} and records it as a call. The call counts as failed if {@code work} throws,
   * with the type of the exception.
   *
   * @return the result of {@code work}
   * @throws Exception the exception thrown by {@code work}
   */
  public <T> T record(String agent, Callable<T> work) throws Exception {
    return core.record(agent, work, true);
  }

  /**
   * Returns {@code agent}. Names are unique within a collector, so a collector accepts only one
   * agent recorder: share it.
   */
  @Override
  public String name() {
    return NAME;
  }

  /** Returns 5 seconds, the interval of agent metrics. */
  @Override
  public Duration interval() {
    return RecorderCore.INTERVAL;
  }

  @Override
  public Collection<MetricDescription> descriptions() {
    return RecorderDescriptions.AGENTS;
  }

  /**
   * Collects the calls since the previous collection. Use a recorder in one collector only:
   * operations that one collector has drained are not seen by another.
   */
  @Override
  public Collection<Metric> collect() {
    List<OperationSnapshot> snapshots = core.drainAll();
    SampleCollector samples = core.newCollector();
    core.writeTotals(snapshots, samples);
    // Read after the calls, so that the error of every failed call is already included.
    List<ErrorCounts.Total> byType = core.errorTotals();
    long errors = byType.stream().mapToLong(ErrorCounts.Total::count).sum();
    samples.counter("errors.total", errors, core.created());
    for (ErrorCounts.Total each : byType) {
      samples.withTag("type", each.type()).counter("errors.by_type", each.count(), each.start());
    }
    for (OperationSnapshot snapshot : snapshots) {
      core.writeOperation(snapshot, samples);
      core.withTagsOf(snapshot, samples)
          .counter("agent.errors.total", snapshot.errors(), snapshot.start());
    }
    writeRanking("top.calls", OperationSnapshot::recent, snapshots, samples);
    writeRanking("slowest.p95", OperationSnapshot::recentP95, snapshots, samples);
    return samples.metrics();
  }

  /** An agent and the value that it is ranked by. */
  private record Ranked(OperationSnapshot snapshot, double value) {}

  /** Writes the agents with the highest values among those with calls in the window. */
  private void writeRanking(
      String name,
      ToDoubleFunction<OperationSnapshot> value,
      List<OperationSnapshot> snapshots,
      SampleCollector samples) {
    snapshots.stream()
        .filter(snapshot -> snapshot.recent() > 0)
        .map(snapshot -> new Ranked(snapshot, value.applyAsDouble(snapshot)))
        .sorted(Comparator.comparingDouble(Ranked::value).reversed())
        .limit(RANKED)
        .forEach(each -> core.withTagsOf(each.snapshot(), samples).gauge(name, each.value()));
  }

  /**
   * A running call. Used by one thread at a time, not necessarily always the same. A call that is
   * closed without {@link #succeed} has failed. Every call must be closed; otherwise it counts as
   * running forever. Methods that are called after its end have no effect.
   */
  public static final class Call extends TimedOperation {

    private Call(RecorderCore core, OperationStats stats) {
      super(core, stats);
    }

    /** Ends the call as successful. */
    public void succeed() {
      end(true);
    }

    /** Ends the call as failed, with the type of {@code cause} as the error type. */
    public void fail(Throwable cause) {
      recordError(cause);
      end(false);
    }

    /**
     * Ends the call as failed.
     *
     * @param type the error type, such as {@code timeout}
     */
    public void fail(String type) {
      recordError(type);
      end(false);
    }

    /** Records an error that does not end the call, such as one that was followed by a retry. */
    public void recordError(Throwable cause) {
      if (!isEnded()) {
        stats().recordError();
        core().errors().add(cause);
      }
    }

    /** Records an error of the given type that does not end the call. */
    public void recordError(String type) {
      if (!isEnded()) {
        stats().recordError();
        core().errors().add(type);
      }
    }

    @Override
    public void close() {
      fail(ErrorCounts.UNKNOWN);
    }
  }
}
