package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Counts and times calls of agents where they happen, and their errors by type, for the channel
 * {@code agent.metrics}.
 *
 * <pre>{@code
 * try (AgentRecorder.Call call = agents.start("summarizer")) {
 *   ...
 *   call.succeed();
 * }
 * Summary summary = agents.record("summarizer", () -> summarize(text));
 * }</pre>
 *
 * <p>Any thread may record, as with a {@link WorkflowRecorder}, whose rules about names, tags and
 * the window hold here too. It yields {@code calls.total}, {@code .successful}, {@code .failed},
 * {@code .running}, {@code errors.total}, {@code success_rate}, {@code throughput} and {@code
 * latency.min}, {@code max}, {@code avg}, {@code p50}, {@code p95}, {@code p99} in milliseconds: of
 * all agents, and with {@code agent.} before the name and the tag {@code agent}, of each; {@code
 * errors.by_type} with the tag {@code type}; and {@code top.calls} and {@code slowest.p95} of the
 * {@value #RANKED} agents with the most calls and the highest 95th percentile in the window.
 */
public final class AgentRecorder implements MetricSource {

  private static final String NAME = "agent";
  private static final int RANKED = 5;

  private final RecorderCore core;
  private final ErrorCounts errors = new ErrorCounts();

  private AgentRecorder(RecorderBuilder.Settings settings) {
    this.core = new RecorderCore(Channel.AGENT, NAME, "calls", "latency", settings);
  }

  /** A recorder of nothing yet. */
  public static AgentRecorder create() {
    return builder().build();
  }

  /** A recorder with settings of its own. */
  public static RecorderBuilder<AgentRecorder> builder() {
    return new RecorderBuilder<>(AgentRecorder::new);
  }

  /** A call begins now. */
  public Call start(String agent) {
    return start(agent, Tags.empty());
  }

  /**
   * A call begins now.
   *
   * @param tags at most 8
   */
  public Call start(String agent, Tags tags) {
    Recording recording = core.table.of(agent, tags);
    recording.started();
    return new Call(this, recording, core.nanoTime());
  }

  /**
   * Does the work and records it: failed, with the type of what it throws, if it throws.
   *
   * @return what the work returns
   * @throws Exception what the work throws
   */
  public <T> T record(String agent, Callable<T> work) throws Exception {
    Recording recording = core.table.of(agent, Tags.empty());
    recording.started();
    long began = core.nanoTime();
    T result;
    try {
      result = work.call();
    } catch (Throwable thrown) {
      recording.error();
      errors.add(thrown);
      recording.failed(core.nanoTime() - began);
      throw thrown;
    }
    recording.succeeded(core.nanoTime() - began);
    return result;
  }

  /** {@code agent}: so a collector takes one recorder only. Share it. */
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
    core.writeWhole(standings, readings);
    // After the calls, so that every call that failed has its error here already.
    Map<String, Long> byType = errors.totals();
    readings.counter("errors.total", byType.values().stream().mapToLong(Long::longValue).sum());
    byType.forEach((type, count) -> readings.of("type", type).counter("errors.by_type", count));
    for (RecorderCore.Standing standing : standings) {
      core.writePart(standing, readings);
      core.of(standing, readings).counter("agent.errors.total", standing.summary().errors);
    }
    writeRanks(standings, readings);
    return readings.metrics();
  }

  private void writeRanks(List<RecorderCore.Standing> standings, Readings readings) {
    List<RecorderCore.Standing> called =
        standings.stream().filter(standing -> standing.summary().recent() > 0).toList();
    called.stream()
        .sorted(Comparator.comparing(standing -> -standing.summary().recent()))
        .limit(RANKED)
        .forEach(one -> core.of(one, readings).gauge("top.calls", one.summary().recent()));
    called.stream()
        .sorted(Comparator.comparing(standing -> -standing.summary().percentile("p95")))
        .limit(RANKED)
        .forEach(
            one -> core.of(one, readings).gauge("slowest.p95", one.summary().percentile("p95")));
  }

  /**
   * One call. By one thread at a time, not always the same. Closed without having succeeded, it has
   * failed. Every call must be closed, or it counts as running for good. What is called after its
   * end does nothing.
   */
  public static final class Call implements AutoCloseable {

    private final AgentRecorder recorder;
    private final Recording recording;
    private final long beganNanos;
    private boolean ended;

    private Call(AgentRecorder recorder, Recording recording, long beganNanos) {
      this.recorder = recorder;
      this.recording = recording;
      this.beganNanos = beganNanos;
    }

    /** It ends now, and has succeeded. */
    public void succeed() {
      if (!ended) {
        ended = true;
        recording.succeeded(recorder.core.nanoTime() - beganNanos);
      }
    }

    /** It ends now, and has failed with an error of the type of {@code cause}. */
    public void fail(Throwable cause) {
      if (!ended) {
        error(cause);
        endFailed();
      }
    }

    /** It ends now, and has failed with an error of that type, such as {@code timeout}. */
    public void fail(String type) {
      if (!ended) {
        error(type);
        endFailed();
      }
    }

    /** An error that it survives, such as one after which it tried again. */
    public void error(Throwable cause) {
      if (!ended) {
        recording.error();
        recorder.errors.add(cause);
      }
    }

    /** An error of that type, which it survives. */
    public void error(String type) {
      if (!ended) {
        recording.error();
        recorder.errors.add(type);
      }
    }

    private void endFailed() {
      ended = true;
      recording.failed(recorder.core.nanoTime() - beganNanos);
    }

    @Override
    public void close() {
      if (!ended) {
        fail(ErrorCounts.UNKNOWN);
      }
    }
  }
}
