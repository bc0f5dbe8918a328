package io.greenlang.metrics.internal.channel;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ChannelLimits;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerListener;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Gap;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.broker.Revocation;
import io.greenlang.metrics.history.Retention;
import io.greenlang.metrics.internal.aggregate.Aggregators;
import io.greenlang.metrics.internal.feed.StreamStats;
import io.greenlang.metrics.internal.feed.ViewLimits;
import io.greenlang.metrics.internal.frame.DirectBufferPool;
import io.greenlang.metrics.internal.frame.FeedMemory;
import io.greenlang.metrics.internal.history.MemoryBudget;
import io.greenlang.metrics.internal.revocation.Revocations;
import io.greenlang.metrics.internal.sample.DerivedStatistics;
import io.greenlang.metrics.internal.util.ThrottledLog;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The streams of a hub, one per channel, filled by its broker. All methods may be called on any
 * thread.
 */
public final class ChannelRegistry implements BrokerListener {

  /** The maximum number of channels of a hub. */
  public static final int MAX_CHANNELS = 1024;

  private final ChannelStream.Context context;
  private final ConcurrentMap<Channel, ChannelStream> streams = new ConcurrentHashMap<>();
  private final ThrottledLog throttledLog;
  private final Revocations revocations;

  /** Creates a registry without streams, which derives only the specified statistics. */
  public ChannelRegistry(
      ChannelLimits limits,
      MetricsClock clock,
      Aggregators aggregators,
      Retention retention,
      Broker broker) {
    this(limits, clock, aggregators, retention, broker, DerivedStatistics.of(List.of()));
  }

  /**
   * Creates a registry without streams, with the memory and the limits of the environment.
   *
   * @param broker provides the watermark and archives windows; it is not started here
   * @param derivedStatistics the histograms whose statistics are delivered as gauges, too
   */
  public ChannelRegistry(
      ChannelLimits limits,
      MetricsClock clock,
      Aggregators aggregators,
      Retention retention,
      Broker broker,
      DerivedStatistics derivedStatistics) {
    this(
        limits,
        clock,
        aggregators,
        retention,
        broker,
        derivedStatistics,
        FeedMemory.fromEnvironment());
  }

  /**
   * Creates a registry without streams.
   *
   * @param broker provides the watermark and archives windows; it is not started here
   * @param derivedStatistics the histograms whose statistics are delivered as gauges, too
   * @param feedMemory the memory for frames
   */
  ChannelRegistry(
      ChannelLimits limits,
      MetricsClock clock,
      Aggregators aggregators,
      Retention retention,
      Broker broker,
      DerivedStatistics derivedStatistics,
      FeedMemory feedMemory) {
    this.revocations = new Revocations(clock);
    this.throttledLog = new ThrottledLog(LoggerFactory.getLogger(ChannelRegistry.class), clock);
    this.context =
        new ChannelStream.Context(
            limits,
            clock,
            aggregators,
            retention,
            broker,
            new MemoryBudget(retention.maxTotalBytes()),
            new DirectBufferPool(feedMemory),
            new StreamStats(),
            derivedStatistics,
            ViewLimits.fromEnvironment());
  }

  @Override
  public void onChannelOpened(Channel channel, ChannelLog log) {
    requireCapacity(channel); // fail before reading the log, which may take a while
    ChannelStream stream = new ChannelStream(channel, context, log);
    synchronized (this) {
      requireCapacity(channel);
      streams.put(channel, stream);
    }
  }

  @Override
  public void onPublication(Publication publication) {
    requireOpen(publication.channel()).accept(publication);
  }

  @Override
  public void onGap(Gap gap) {
    requireOpen(gap.channel()).reportGap(gap);
  }

  @Override
  public void onDescriptions(Channel channel, Collection<MetricDescription> descriptions) {
    requireOpen(channel).metadata().putAll(descriptions);
  }

  @Override
  public void onRevocations(Collection<Revocation> received) {
    revocations.addAll(received);
  }

  /**
   * Revokes tokens: at once for this instance, and through the broker for the others.
   *
   * @throws IllegalStateException if too many revocations are in force, or the broker is closed
   */
  public void revoke(Revocation revocation) {
    revocations.add(revocation);
    context.broker().revoke(revocation);
  }

  /** Returns the revocations in force. */
  public Revocations revocations() {
    return revocations;
  }

  /**
   * Describes metrics of an open channel.
   *
   * @return the descriptions that are new
   */
  public List<MetricDescription> describe(
      Channel channel, Collection<MetricDescription> descriptions) {
    return requireOpen(channel).metadata().putAll(descriptions);
  }

  /** Returns the stream of a channel, or null if the channel does not exist. */
  public @Nullable ChannelStream find(Channel channel) {
    return streams.get(channel);
  }

  /** Returns the current channels, sorted by name. */
  public SortedSet<Channel> channels() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(streams.keySet()));
  }

  /**
   * Closes windows that have ended, on every channel, provides memory for frames, and logs failures
   * of aggregators. A channel that fails is logged at most once per minute, and does not keep the
   * others from closing theirs; the next call tries again.
   */
  public void tick() {
    context.bufferPool().refill();
    streams.values().forEach(this::tick);
    context.aggregators().logFailures();
  }

  private void tick(ChannelStream stream) {
    try {
      stream.tick();
    } catch (RuntimeException | Error e) {
      throttledLog.error(
          "Failed to close the aggregation windows of {}; retrying", stream.channel(), e);
    }
  }

  /** Returns the counters summed over all streams. */
  public StreamStats stats() {
    return context.stats();
  }

  /** Returns the current number of feeds. */
  public int feedCount() {
    return streams.values().stream().mapToInt(ChannelStream::feedCount).sum();
  }

  /** Returns the current number of series. */
  public int seriesCount() {
    return streams.values().stream().mapToInt(ChannelStream::seriesCount).sum();
  }

  /** Returns the approximate memory used by the history of all channels, in bytes. */
  public long historyBytes() {
    return context.budget().usedBytes();
  }

  /** Returns the number of samples and windows retained in the history. */
  public long historyEntries() {
    return streams.values().stream().mapToLong(ChannelStream::historyEntries).sum();
  }

  /** Returns the number of samples and windows evicted, to free memory or because they expired. */
  public long historyEvicted() {
    return streams.values().stream().mapToLong(ChannelStream::historyEvicted).sum();
  }

  private ChannelStream requireOpen(Channel channel) {
    ChannelStream stream = streams.get(channel);
    if (stream == null) {
      throw new IllegalStateException("the broker has not opened channel " + channel);
    }
    return stream;
  }

  private void requireCapacity(Channel channel) {
    if (streams.size() >= MAX_CHANNELS) {
      throw new IllegalArgumentException(
          "channel "
              + channel
              + " cannot be opened: the hub already has "
              + MAX_CHANNELS
              + " channels");
    }
  }
}
