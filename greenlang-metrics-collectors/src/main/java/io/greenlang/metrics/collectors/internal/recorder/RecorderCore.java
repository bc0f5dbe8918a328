package io.greenlang.metrics.collectors.internal.recorder;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.Tags;
import io.greenlang.metrics.collectors.internal.support.CachedTags;
import io.greenlang.metrics.collectors.internal.support.SampleCollector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Common part of the recorders. It finds the {@link OperationStats} of a name, records work that it
 * runs itself, and in one pass per collection drains all of them and writes the metrics.
 */
public final class RecorderCore {

  /** The collection interval that the specification requires for these channels. */
  public static final Duration INTERVAL = Duration.ofSeconds(5);

  private final OperationRegistry registry;
  private final ErrorCounts errors = new ErrorCounts();
  private final Channel channel;
  private final String dimension;
  private final MetricsClock clock;
  private final CachedTags cachedTags;
  private final TimingMetricNames totalNames;
  private final TimingMetricNames operationNames;

  /** When the recorder was created, and the totals of all operations were zero. */
  private final Instant created;

  private Instant previousCollection;
  private Instant currentCollection;

  /**
   * Creates the core of a recorder.
   *
   * @param dimension the tag for the name of an operation, such as {@code workflow}
   * @param count the counted events, such as {@code executions}
   * @param time the measured time, such as {@code duration}
   * @param ranked whether {@link OperationSnapshot#recentP95} is used
   */
  public RecorderCore(
      Channel channel,
      String dimension,
      String count,
      String time,
      boolean ranked,
      RecorderOptions options) {
    this.registry = new OperationRegistry(dimension, ranked, options);
    this.channel = channel;
    this.dimension = dimension;
    this.clock = options.clock();
    this.cachedTags = new CachedTags(options.tags());
    this.totalNames = new TimingMetricNames("", count, time);
    this.operationNames = new TimingMetricNames(dimension + ".", count, time);
    this.created = wallTime();
    this.previousCollection = created;
    this.currentCollection = created;
  }

  private Instant wallTime() {
    return Instant.ofEpochMilli(clock.wallTimeMillis());
  }

  /** Returns the recorder's monotonic time. */
  public long monotonicNanos() {
    return clock.monotonicNanos();
  }

  /**
   * Returns the statistics for a name and tags; see {@link OperationRegistry#getOrCreate}.
   *
   * @throws IllegalArgumentException if there are too many tags
   */
  public OperationStats stats(String name, Tags tags) {
    return registry.getOrCreate(name, tags);
  }

  /** Returns the errors of all operations by type. Only agents count them. */
  public ErrorCounts errors() {
    return errors;
  }

  /**
   * Runs {@code work} and records it as an operation, which counts as failed if {@code work}
   * throws.
   *
   * @param countError whether to count the exception, before the failure is recorded
   * @return the result of {@code work}
   * @throws Exception the exception thrown by {@code work}
   */
  public <T> T record(String name, Callable<T> work, boolean countError) throws Exception {
    OperationStats stats = stats(name, Tags.empty());
    stats.recordStarted();
    long startNanos = clock.monotonicNanos();
    T result;
    try {
      result = work.call();
    } catch (Throwable thrown) {
      if (countError) {
        stats.recordError();
        errors.add(thrown);
      }
      stats.recordFailure(clock.monotonicNanos() - startNanos);
      throw thrown;
    }
    stats.recordSuccess(clock.monotonicNanos() - startNanos);
    return result;
  }

  /** Returns an empty collection of the metrics of all operations. */
  public SampleCollector newCollector() {
    return new SampleCollector(channel, cachedTags);
  }

  /** Drains the statistics of every operation once and returns the snapshots. */
  public List<OperationSnapshot> drainAll() {
    long now = clock.monotonicNanos();
    // Read before the operations, because one that is added meanwhile is drained by the next call
    // and must not have begun before its start.
    previousCollection = currentCollection;
    currentCollection = wallTime();
    List<OperationSnapshot> snapshots = new ArrayList<>();
    for (OperationStats stats : registry.operations()) {
      snapshots.add(stats.drain(now, previousCollection));
    }
    registry.logOverflow();
    return snapshots;
  }

  /** Returns when the recorder was created, and the totals of all operations were zero. */
  public Instant created() {
    return created;
  }

  /** Returns the totals of errors by type, as of the last {@link #drainAll}. */
  public List<ErrorCounts.Total> errorTotals() {
    return errors.totals(previousCollection);
  }

  /** Writes the metrics of all operations together and returns their total. */
  public OperationSnapshot writeTotals(List<OperationSnapshot> snapshots, SampleCollector samples) {
    OperationSnapshot total = OperationSnapshot.total(snapshots, created);
    totalNames.write(total, samples);
    return total;
  }

  /** Writes the metrics of one operation. */
  public void writeOperation(OperationSnapshot snapshot, SampleCollector samples) {
    operationNames.write(snapshot, withTagsOf(snapshot, samples));
  }

  /** Returns a view of {@code samples} that adds the tags of one workflow or agent. */
  public SampleCollector withTagsOf(OperationSnapshot snapshot, SampleCollector samples) {
    return samples.withTag(dimension, snapshot.name(), snapshot.tags());
  }
}
