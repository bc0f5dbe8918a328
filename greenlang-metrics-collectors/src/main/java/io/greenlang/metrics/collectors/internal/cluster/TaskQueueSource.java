package io.greenlang.metrics.collectors.internal.cluster;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricSource;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Source of one task queue. It publishes the queue's metrics with the prefix {@code queue.} and
 * keeps the latest counts for the total over all queues. Each queue has its own source, so that a
 * queue that hangs affects no other.
 */
public final class TaskQueueSource implements MetricSource {

  /** How often a queue is asked for its counts. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  /** After three intervals without an answer, the last counts no longer describe the queue. */
  private static final long FRESH_NANOS = INTERVAL.toNanos() * 3;

  /**
   * The latest answer of a queue.
   *
   * @param counts the numbers that the queue reported
   * @param perSecond the rate at which it completes tasks; NaN if not known yet
   * @param collectedNanos when it reported them, in monotonic time
   */
  record Snapshot(TaskCounts counts, double perSecond, long collectedNanos) {}

  private final String queueName;
  private final Callable<@Nullable TaskCounts> queue;
  private final MetricsClock clock;
  private final Throughput throughput = new Throughput();
  private final CachedTags tags = new CachedTags(Tags.empty());
  private volatile @Nullable Snapshot latest;

  /**
   * Creates the source of a queue.
   *
   * @param queue reports the current counts
   */
  public TaskQueueSource(
      String queueName, Callable<@Nullable TaskCounts> queue, MetricsClock clock) {
    this.queueName = queueName;
    this.queue = queue;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "queue-" + queueName;
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public Collection<MetricDescription> descriptions() {
    return ClusterDescriptions.QUEUE;
  }

  @Override
  public Collection<Metric> collect() throws Exception {
    @Nullable TaskCounts counts = queue.call();
    if (counts == null) {
      throw new IllegalStateException("task queue \"" + queueName + "\" returned null");
    }
    long now = clock.monotonicNanos();
    double perSecond = throughput.perSecond(now, counts.completed());
    latest = new Snapshot(counts, perSecond, now);
    SampleCollector samples =
        new SampleCollector(Channel.DISTRIBUTED, tags).withTag("queue", queueName);
    counts.write(TaskCounts.Names.SINGLE_QUEUE, perSecond, samples);
    return samples.metrics();
  }

  String queueName() {
    return queueName;
  }

  /** Returns the latest counts, or null if they are too old. Thread-safe. */
  @Nullable Snapshot latestIfFresh() {
    Snapshot current = latest;
    return current == null || clock.monotonicNanos() - current.collectedNanos > FRESH_NANOS
        ? null
        : current;
  }
}
