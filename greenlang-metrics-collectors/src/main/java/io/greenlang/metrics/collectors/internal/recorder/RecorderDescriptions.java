package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.collectors.internal.support.DescriptionTable;
import java.util.List;

/** The units and descriptions of the metrics of recorders. */
public final class RecorderDescriptions {

  /** The metrics of workflows. */
  public static final List<MetricDescription> WORKFLOWS =
      DescriptionTable.parse(
          Channel.WORKFLOW,
          """
          executions.total {execution} Executions that ended
          executions.successful {execution} Executions that succeeded
          executions.failed {execution} Executions that failed
          executions.running {execution} Executions in progress
          executions.pending {execution} Executions that wait for their start
          success_rate % Share of successful executions in the window
          duration ms Duration of executions
          throughput {execution}/s Executions that ended per second
          workflow.executions.total {execution} Executions of a workflow that ended
          workflow.executions.successful {execution} Executions of a workflow that succeeded
          workflow.executions.failed {execution} Executions of a workflow that failed
          workflow.executions.running {execution} Executions of a workflow in progress
          workflow.executions.pending {execution} Executions of a workflow that wait for their start
          workflow.success_rate % Share of successful executions of a workflow in the window
          workflow.duration ms Duration of executions of a workflow
          workflow.throughput {execution}/s Executions of a workflow that ended per second
          """);

  /** The metrics of agents. */
  public static final List<MetricDescription> AGENTS =
      DescriptionTable.parse(
          Channel.AGENT,
          """
          calls.total {call} Calls that ended
          calls.successful {call} Calls that succeeded
          calls.failed {call} Calls that failed
          calls.running {call} Calls in progress
          success_rate % Share of successful calls in the window
          latency ms Latency of calls
          throughput {call}/s Calls that ended per second
          errors.total {error} Errors, including those that a call survived
          errors.by_type {error} Errors by type
          agent.calls.total {call} Calls of an agent that ended
          agent.calls.successful {call} Calls of an agent that succeeded
          agent.calls.failed {call} Calls of an agent that failed
          agent.calls.running {call} Calls of an agent in progress
          agent.success_rate % Share of successful calls of an agent in the window
          agent.latency ms Latency of calls of an agent
          agent.throughput {call}/s Calls of an agent that ended per second
          agent.errors.total {error} Errors of an agent, including those that a call survived
          top.calls {call} Agents with the most calls in the window
          slowest.p95 ms Agents with the highest 95th percentile of latency
          """);

  private RecorderDescriptions() {}
}
