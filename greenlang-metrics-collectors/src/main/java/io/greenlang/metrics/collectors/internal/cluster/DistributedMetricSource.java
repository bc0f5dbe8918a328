package io.greenlang.metrics.collectors.internal.cluster;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.broker.BrokerState;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.MonotonicSum;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
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
public final class DistributedMetricSource implements MetricSource {

  private final @Nullable Supplier<BrokerState> broker;
  private final List<TaskQueueSource> queues;
  private final CachedTags tags = new CachedTags(Tags.empty());
  private final MonotonicSum completed = new MonotonicSum();
  private final MonotonicSum failed = new MonotonicSum();
  private boolean failuresKnown;
  private boolean published;

  /**
   * Creates the source of a collector.
   *
   * @param broker reports the instances and the health of the broker; null without a hub
   */
  public DistributedMetricSource(
      @Nullable Supplier<BrokerState> broker, List<TaskQueueSource> queues) {
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
  public Collection<MetricDescription> descriptions() {
    return ClusterDescriptions.CLUSTER;
  }

  @Override
  public Collection<Metric> collect() {
    SampleCollector samples = new SampleCollector(Channel.DISTRIBUTED, tags);
    if (broker != null) {
      BrokerState state = broker.get();
      samples.gauge("nodes.active", state.activeInstances());
      samples.gauge("nodes.total", state.knownInstances());
      state.health().forEach((name, value) -> samples.gauge("broker." + name, value));
    }
    if (!queues.isEmpty()) {
      writeTasks(samples);
    }
    return samples.metrics();
  }

  private void writeTasks(SampleCollector samples) {
    List<TaskQueueSource.Snapshot> answers =
        queues.stream().map(this::latestOf).filter(Objects::nonNull).toList();
    samples.gauge("queues.total", queues.size());
    samples.gauge("queues.answering", answers.size());
    if (!answers.isEmpty()) {
      totalOf(answers).write(TaskCounts.Names.ALL_QUEUES, perSecond(answers), samples);
      published = true;
    }
  }

  private TaskCounts totalOf(List<TaskQueueSource.Snapshot> answers) {
    return new TaskCounts(
        sumOf(answers, TaskCounts::pending),
        sumOf(answers, TaskCounts::running),
        completed.total(),
        failuresKnown ? failed.total() : -1);
  }

  private static long sumOf(
      List<TaskQueueSource.Snapshot> answers, ToLongFunction<TaskCounts> count) {
    return answers.stream()
        .mapToLong(answer -> Math.max(0, count.applyAsLong(answer.counts())))
        .sum();
  }

  /** Returns the sum of the known rates; NaN if none is known. */
  private static double perSecond(List<TaskQueueSource.Snapshot> answers) {
    return answers.stream()
        .mapToDouble(TaskQueueSource.Snapshot::perSecond)
        .filter(Double::isFinite)
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }

  /**
   * Returns the latest counts of a queue and adds them to the totals. The totals do not decrease
   * when the queue stops reporting or restarts.
   */
  private TaskQueueSource.@Nullable Snapshot latestOf(TaskQueueSource queue) {
    TaskQueueSource.Snapshot answer = queue.latestIfFresh();
    if (answer != null) {
      update(completed, queue.queueName(), answer.counts().completed());
      update(failed, queue.queueName(), answer.counts().failed());
      failuresKnown |= answer.counts().failed() >= 0;
    }
    return answer;
  }

  /**
   * Updates a total, unless the count is unknown. An unknown count is not zero: zero would look
   * like a queue that restarted.
   *
   * <p>A queue that answers for the first time after the totals were published has counted before.
   * Only its further growth is added, because its earlier tasks were not completed just now.
   */
  private void update(MonotonicSum total, String queueName, long count) {
    if (count < 0) {
      return;
    }
    if (published && !total.isKnown(queueName)) {
      total.startAt(queueName, count);
    }
    total.update(queueName, count);
  }
}
