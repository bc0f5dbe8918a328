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
 * Source of {@code nodes.*}, {@code broker.*} and, summed over the queues that report counts,
 * {@code tasks.*} and {@code throughput}, on {@code distributed.metrics}.
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
    Readings samples = new Readings(Channel.DISTRIBUTED, tags);
    if (broker != null) {
      BrokerState state = broker.get();
      samples.gauge("nodes.active", state.activeNodes());
      samples.gauge("nodes.total", state.knownNodes());
      state.health().forEach((name, value) -> samples.gauge("broker." + name, value));
    }
    if (!queues.isEmpty()) {
      writeTasks(samples);
    }
    return samples.metrics();
  }

  private void writeTasks(Readings samples) {
    List<TaskQueueSource.Answer> answers =
        queues.stream().map(this::answerOf).filter(Objects::nonNull).toList();
    samples.gauge("queues.total", queues.size());
    samples.gauge("queues.answering", answers.size());
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
      TaskNames.OF_ALL.write(sum, perSecond, samples);
    }
  }

  /**
   * Returns the latest counts of a queue and adds them to the totals. The totals do not decrease
   * when the queue stops reporting or restarts.
   */
  private TaskQueueSource.@Nullable Answer answerOf(TaskQueueSource queue) {
    TaskQueueSource.Answer answer = queue.fresh();
    if (answer != null) {
      update(completed, queue.name(), answer.counts().completed());
      update(failed, queue.name(), answer.counts().failed());
      failuresKnown |= answer.counts().failed() >= 0;
    }
    return answer;
  }

  /**
   * Updates a total, unless the count is unknown. An unknown count is not zero: zero would look
   * like a queue that restarted.
   */
  private static void update(RunningTotals totals, String queue, long count) {
    if (count >= 0) {
      totals.update(queue, count);
    }
  }

  private static long sumOf(
      List<TaskQueueSource.Answer> answers, ToLongFunction<TaskQueue.Counts> count) {
    return answers.stream()
        .mapToLong(answer -> Math.max(0, count.applyAsLong(answer.counts())))
        .sum();
  }
}
