package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The support for external publishers: it appends their messages to the channels' logs.
 * Thread-safe.
 */
final class ForeignPublishers implements AutoCloseable {

  private static final long JOIN_MILLIS = 2_000;

  private final ForeignChannels channels;
  private final ForeignListener listener;
  private final @Nullable ForeignShards shards;
  private final Thread thread;

  /** Starts the threads, without channels. */
  ForeignPublishers(
      Settings settings,
      Topology topology,
      Connector connector,
      MetricsClock clock,
      Nodes instances,
      Troubles troubles) {
    ForeignLog log =
        new RedisForeignLog(settings, new Links(topology, connector), topology.isCluster());
    this.channels =
        new ForeignChannels(log, troubles, this::subscribe, clock::wallMillis, System::nanoTime);
    this.listener = new ForeignListener(topology, connector, channels::hear);
    this.shards =
        topology.isCluster()
            ? new ForeignShards(topology, connector, instances, channels::hear)
            : null;
    this.thread = Threads.start("greenlang-redis-foreign-log", channels);
  }

  private void subscribe(Channel channel) {
    listener.add(channel);
    if (shards != null) {
      shards.add(channel);
    }
  }

  /** Adapts to the current nodes; called once per second. Does not block. */
  void arrange() {
    if (shards != null) {
      shards.arrange();
    }
  }

  /**
   * Reconnects the subscriptions that have been unresponsive for longer than this. Does not block.
   */
  void cutDeaf(long nanos) {
    if (shards != null) {
      shards.cutDeaf(nanos);
    }
  }

  /** Adds a channel whose log is already followed. Does not block. */
  void add(Channel channel) {
    channels.add(channel);
  }

  /** Records that an entry of a channel's log was consumed. Does not block. */
  void seen(Channel channel, LogEntry entry) {
    channels.seen(channel, entry.node(), entry.sequence());
  }

  /** Adds its health figures, by dotted names. */
  void tell(Map<String, Double> health) {
    health.put("foreign.malformed", channels.malformed.doubleValue());
    health.put("foreign.dropped", channels.dropped.doubleValue());
  }

  /** Returns whether every received message was seen in a log; for tests. */
  boolean isDone() {
    return channels.isDone();
  }

  @Override
  public void close() {
    listener.close();
    if (shards != null) {
      shards.close();
    }
    channels.close();
    Threads.join(thread, JOIN_MILLIS);
  }
}
