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
 * Reads one queue, publishes what it says with {@code queue.} before the name, and keeps it for the
 * sum over all. A source for each, so that one that hangs is missing alone.
 */
final class TaskQueueSource implements MetricSource {

  static final Duration INTERVAL = Duration.ofSeconds(5);

  /** After three intervals in silence, what a queue said last is no longer how things are. */
  private static final long FRESH_NANOS = INTERVAL.toNanos() * 3;

  /** What a queue said, how fast it completes tasks (NaN if that is not known yet), and when. */
  record Answer(TaskQueue.Counts counts, double perSecond, long atNanos) {}

  private final TaskQueue queue;
  private final MetricsClock clock;
  private final Throughput throughput = new Throughput();
  private final PartTags tags = new PartTags(Tags.empty());
  private volatile @Nullable Answer answer;

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
    answer = new Answer(counts, perSecond, now);
    Readings readings = new Readings(Channel.DISTRIBUTED, tags).of("queue", queue.name());
    TaskNames.OF_ONE.write(counts, perSecond, readings);
    return readings.metrics();
  }

  /** What it last said, if that is not long ago. Any thread. */
  @Nullable Answer fresh() {
    Answer last = answer;
    return last == null || clock.nanoTime() - last.atNanos > FRESH_NANOS ? null : last;
  }
}
