package io.greenlang.metrics.feed;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.aggregate.Aggregators;
import io.greenlang.metrics.broker.Broker;
import io.greenlang.metrics.broker.BrokerReceiver;
import io.greenlang.metrics.broker.ChannelLog;
import io.greenlang.metrics.broker.Interruption;
import io.greenlang.metrics.broker.Publication;
import io.greenlang.metrics.history.MemoryBudget;
import io.greenlang.metrics.history.Retention;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The streams of a hub, one for each channel, which its broker fills. Any thread. */
public final class ChannelStreams implements BrokerReceiver {

  /** How many channels a hub may have. */
  public static final int MAX_CHANNELS = 1024;

  private final StreamParts parts;
  private final ConcurrentMap<Channel, ChannelStream> streams = new ConcurrentHashMap<>();

  /**
   * No streams yet.
   *
   * @param broker gives the time of the log, and keeps windows; this does not start it
   */
  public ChannelStreams(
      StreamLimits limits,
      MetricsClock clock,
      Aggregators aggregators,
      Retention retention,
      Broker broker) {
    this.parts =
        new StreamParts(
            limits,
            clock,
            aggregators,
            retention,
            broker,
            new MemoryBudget(retention.bytesInAll()),
            new MemoryPool(),
            new StreamStats());
  }

  @Override
  public void open(Channel channel, ChannelLog log) {
    requireRoom(channel); // before the log is read, which may take a while
    ChannelStream stream = new ChannelStream(channel, parts, log);
    synchronized (this) {
      requireRoom(channel);
      streams.put(channel, stream);
    }
  }

  @Override
  public void accept(Publication publication) {
    opened(publication.channel()).accept(publication);
  }

  @Override
  public void interrupt(Interruption interruption) {
    opened(interruption.channel()).interrupt(interruption);
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
    return parts.stats();
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
    return parts.budget().bytes();
  }

  /** How many readings and windows of the past are kept. */
  public long historyEntries() {
    return streams.values().stream().mapToLong(ChannelStream::historyEntries).sum();
  }

  /** How many were let go, to make room or because they were too old. */
  public long historyLetGo() {
    return streams.values().stream().mapToLong(ChannelStream::historyLetGo).sum();
  }

  private ChannelStream opened(Channel channel) {
    ChannelStream stream = streams.get(channel);
    if (stream == null) {
      throw new IllegalStateException("the broker has not opened channel " + channel);
    }
    return stream;
  }

  private void requireRoom(Channel channel) {
    if (streams.size() >= MAX_CHANNELS) {
      throw new IllegalArgumentException(
          "channel " + channel + " would be one more than the " + MAX_CHANNELS + " there may be");
    }
  }
}
