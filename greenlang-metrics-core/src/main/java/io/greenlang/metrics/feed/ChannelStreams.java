package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.history.ChannelHistory;
import io.greenlang.metrics.history.MemoryBudget;
import io.greenlang.metrics.history.Retention;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The streams of a hub, one for each channel. Any thread. */
public final class ChannelStreams {

  /** How many channels a hub may have. */
  public static final int MAX_CHANNELS = 1024;

  private final StreamLimits limits;
  private final MetricsClock clock;
  private final Aggregators aggregators;
  private final Retention retention;
  private final MemoryBudget budget;
  private final MemoryPool memory = new MemoryPool();
  private final StreamStats stats = new StreamStats();
  private final ConcurrentMap<Channel, ChannelStream> streams = new ConcurrentHashMap<>();

  /** No streams yet. */
  public ChannelStreams(
      StreamLimits limits, MetricsClock clock, Aggregators aggregators, Retention retention) {
    this.limits = limits;
    this.clock = clock;
    this.aggregators = aggregators;
    this.retention = retention;
    this.budget = new MemoryBudget(retention.bytesInAll());
  }

  /**
   * The stream of a channel, made if there is none yet.
   *
   * @throws IllegalArgumentException if there are as many as there may be
   */
  public ChannelStream add(Channel channel) {
    ChannelStream known = streams.get(channel);
    if (known != null) {
      return known;
    }
    synchronized (this) {
      if (streams.size() >= MAX_CHANNELS && !streams.containsKey(channel)) {
        throw new IllegalArgumentException(
            "channel " + channel + " would be one more than the " + MAX_CHANNELS + " there may be");
      }
      return streams.computeIfAbsent(channel, this::stream);
    }
  }

  /** The stream of a channel, or null. */
  public @Nullable ChannelStream find(Channel channel) {
    return streams.get(channel);
  }

  /** The channels now, by name. */
  public SortedSet<Channel> channels() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(streams.keySet()));
  }

  /** Closes the windows whose time is over, on every channel. */
  public void tick() {
    streams.values().forEach(ChannelStream::tick);
  }

  /** What the streams did, in sum. */
  public StreamStats stats() {
    return stats;
  }

  /** How many feeds there are now. */
  public int feedCount() {
    return streams.values().stream().mapToInt(ChannelStream::feedCount).sum();
  }

  /** How many series there are now. */
  public int seriesCount() {
    return streams.values().stream().mapToInt(ChannelStream::seriesCount).sum();
  }

  /** How much memory the past of all channels takes, about. */
  public long historyBytes() {
    return budget.bytes();
  }

  /** How many readings and windows of the past are kept. */
  public long historyEntries() {
    return streams.values().stream().mapToLong(ChannelStream::historyEntries).sum();
  }

  /** How many were let go, to make room or because they were too old. */
  public long historyLetGo() {
    return streams.values().stream().mapToLong(ChannelStream::historyLetGo).sum();
  }

  private ChannelStream stream(Channel channel) {
    ChannelHistory history = retention.isKept() ? new ChannelHistory(retention, budget) : null;
    return new ChannelStream(channel, limits, clock, aggregators, memory, stats, history);
  }
}
