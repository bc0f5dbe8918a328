package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisBrokerConfig;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.log.LogEntry;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The support for external publishers: it appends their messages to the channels' logs.
 * Thread-safe.
 */
public final class ExternalPublishers implements AutoCloseable {

  private static final long JOIN_MILLIS = 2_000;

  private final ExternalChannels channels;
  private final ExternalListener listener;
  private final @Nullable ExternalShards shards;
  private final Thread thread;

  /** Starts the threads, without channels. */
  public ExternalPublishers(
      RedisBrokerConfig settings,
      Topology topology,
      RedisConnectionFactory connector,
      MetricsClock clock,
      InstanceRegistry instances,
      HealthTracker troubles) {
    ExternalLog log =
        new RedisExternalLog(
            settings, new NodeConnections(topology, connector), topology.isCluster());
    this.channels =
        new ExternalChannels(
            log, troubles, this::subscribe, clock::wallTimeMillis, System::nanoTime);
    this.listener = new ExternalListener(topology, connector, channels::onMessage);
    this.shards =
        topology.isCluster()
            ? new ExternalShards(topology, connector, instances, channels::onMessage)
            : null;
    this.thread = NamedThreads.start("greenlang-redis-external-log", channels);
  }

  private void subscribe(Channel channel) {
    listener.add(channel);
    if (shards != null) {
      shards.add(channel);
    }
  }

  /** Adapts to the current nodes; called once per second. Does not block. */
  public void refresh() {
    if (shards != null) {
      shards.refresh();
    }
  }

  /**
   * Reconnects the subscriptions that have been unresponsive for longer than this. Does not block.
   */
  public void reconnectUnresponsive(long nanos) {
    if (shards != null) {
      shards.reconnectUnresponsive(nanos);
    }
  }

  /** Adds a channel whose log is already followed. Does not block. */
  public void add(Channel channel) {
    channels.add(channel);
  }

  /** Records that an entry of a channel's log was consumed. Does not block. */
  public void onEntry(Channel channel, LogEntry entry) {
    channels.onEntry(channel, entry.publisher(), entry.sequence());
  }

  /** Adds its health figures, by dotted names. */
  public void addHealth(Map<String, Double> health) {
    health.put("foreign.malformed", channels.malformed.doubleValue());
    health.put("foreign.dropped", channels.dropped.doubleValue());
  }

  /** Returns whether every received message was seen in a log; for tests. */
  public boolean isDone() {
    return channels.isDone();
  }

  @Override
  public void close() {
    listener.close();
    if (shards != null) {
      shards.close();
    }
    channels.close();
    NamedThreads.join(thread, JOIN_MILLIS);
  }
}
