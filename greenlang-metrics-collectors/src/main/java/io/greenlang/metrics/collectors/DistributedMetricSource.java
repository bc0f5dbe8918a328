package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code nodes.*}, {@code broker.*} and, summed over the queues that answer, {@code tasks.*} and
 * {@code throughput}, on {@code distributed.metrics}.
 */
final class DistributedMetricSource implements MetricSource {

  private final @Nullable Supplier<BrokerState> broker;
  private final List<TaskQueueSource> queues;
  private final PartTags tags = new PartTags(Tags.empty());
  private final RunningTotals completed = new RunningTotals();
  private final RunningTotals failed = new RunningTotals();
  private boolean failuresKnown;

  DistributedMetricSource(@Nullable Supplier<BrokerState> broker, List<TaskQueueSource> queues) {
    this.broker = broker;
    this.queues = List.copyOf(queues);
  }

  @Override
  public String name() {
    return "distributed";
  }

  @Override
  public Duration interval() {
    return TaskQueueSource.INTERVAL;
  }

  @Override
  public Collection<Metric> collect() {
    Readings readings = new Readings(Channel.DISTRIBUTED, tags);
    if (broker != null) {
      BrokerState state = broker.get();
      readings.gauge("nodes.active", state.activeNodes());
      readings.gauge("nodes.total", state.knownNodes());
      state.health().forEach((name, value) -> readings.gauge("broker." + name, value));
    }
    if (!queues.isEmpty()) {
      writeTasks(readings);
    }
    return readings.metrics();
  }

  private void writeTasks(Readings readings) {
    List<TaskQueueSource.Answer> answers =
        queues.stream().map(this::answerOf).filter(Objects::nonNull).toList();
    readings.gauge("queues.total", queues.size());
    readings.gauge("queues.answering", answers.size());
    if (!answers.isEmpty()) {
      TaskQueue.Counts sum =
          new TaskQueue.Counts(
              sumOf(answers, TaskQueue.Counts::pending),
              sumOf(answers, TaskQueue.Counts::running),
              completed.total(),
              failuresKnown ? failed.total() : -1);
      double perSecond =
          answers.stream()
              .mapToDouble(TaskQueueSource.Answer::perSecond)
              .filter(Double::isFinite)
              .reduce(Double::sum)
              .orElse(Double.NaN);
      TaskNames.OF_ALL.write(sum, perSecond, readings);
    }
  }

  /** Keeps its totals too, so that those of all do not fall when it is silent or begins anew. */
  private TaskQueueSource.@Nullable Answer answerOf(TaskQueueSource queue) {
    TaskQueueSource.Answer answer = queue.fresh();
    if (answer != null) {
      update(completed, queue.name(), answer.counts().completed());
      update(failed, queue.name(), answer.counts().failed());
      failuresKnown |= answer.counts().failed() >= 0;
    }
    return answer;
  }

  /** What is unknown is not zero: that would read as a queue that began anew. */
  private static void update(RunningTotals totals, String queue, long count) {
    if (count >= 0) {
      totals.update(queue, count);
    }
  }

  private static long sumOf(
      List<TaskQueueSource.Answer> answers, ToLongFunction<TaskQueue.Counts> number) {
    return answers.stream()
        .mapToLong(answer -> Math.max(0, number.applyAsLong(answer.counts())))
        .sum();
  }
}
