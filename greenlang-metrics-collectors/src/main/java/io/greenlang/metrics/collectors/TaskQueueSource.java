package io.greenlang.metrics.collectors;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.Metric;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collect.MetricSource;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Source of one task queue. It publishes the queue's metrics with the prefix {@code queue.} and
 * keeps the latest counts for the total over all queues. Each queue has its own source, so that a
 * queue that hangs affects no other.
 */
final class TaskQueueSource implements MetricSource {

  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** After three intervals without an answer, the last counts no longer describe the queue. */
  private static final long FRESH_NANOS = INTERVAL.toNanos() * 3;

  /**
   * The counts of a queue.
   *
   * @param counts the numbers that the queue reported
   * @param perSecond the rate at which it completes tasks; NaN if not known yet
   * @param atNanos when it reported them, in monotonic time
   */
  record Answer(TaskQueue.Counts counts, double perSecond, long atNanos) {}

  private final TaskQueue queue;
  private final MetricsClock clock;
  private final Throughput throughput = new Throughput();
  private final PartTags tags = new PartTags(Tags.empty());
  private volatile @Nullable Answer latest;

  TaskQueueSource(TaskQueue queue, MetricsClock clock) {
    this.queue = queue;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "queue-" + queue.name();
  }

  @Override
  public Duration interval() {
    return INTERVAL;
  }

  @Override
  public Collection<Metric> collect() throws Exception {
    TaskQueue.@Nullable Counts counts = queue.counts();
    if (counts == null) {
      throw new IllegalStateException("task queue \"" + queue.name() + "\" returned null");
    }
    long now = clock.nanoTime();
    double perSecond = throughput.perSecond(now, counts.completed());
    latest = new Answer(counts, perSecond, now);
    Readings samples = new Readings(Channel.DISTRIBUTED, tags).of("queue", queue.name());
    TaskNames.OF_ONE.write(counts, perSecond, samples);
    return samples.metrics();
  }

  /** Returns the latest counts, or null if they are too old. Thread-safe. */
  @Nullable Answer fresh() {
    Answer current = latest;
    return current == null || clock.nanoTime() - current.atNanos > FRESH_NANOS ? null : current;
  }
}
