package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that it takes for other programs' publications to be in the channels' logs. Any thread. */
final class ForeignPublishers implements AutoCloseable {

  private static final long JOIN_MILLIS = 2_000;

  private final ForeignChannels channels;
  private final ForeignListener listener;
  private final @Nullable ForeignShards shards;
  private final Thread thread;

  /** Starts, with no channel as yet. */
  ForeignPublishers(
      Settings settings,
      Topology topology,
      Connector connector,
      MetricsClock clock,
      Nodes nodes,
      Troubles troubles) {
    ForeignLog log =
        new RedisForeignLog(settings, new Links(topology, connector), topology.isCluster());
    this.channels =
        new ForeignChannels(log, troubles, this::listen, clock::wallMillis, System::nanoTime);
    this.listener = new ForeignListener(topology, connector, channels::hear);
    this.shards =
        topology.isCluster() ? new ForeignShards(topology, connector, nodes, channels::hear) : null;
    this.thread = Threads.start("greenlang-redis-foreign-log", channels);
  }

  private void listen(Channel channel) {
    listener.add(channel);
    if (shards != null) {
      shards.add(channel);
    }
  }

  /** Looks at the nodes that there are now; once a second. Does not block. */
  void arrange() {
    if (shards != null) {
      shards.arrange();
    }
  }

  /** Has connections made anew that have been silent for so long. Does not block. */
  void cutDeaf(long nanos) {
    if (shards != null) {
      shards.cutDeaf(nanos);
    }
  }

  /** Adds a channel whose log is followed already. Does not block. */
  void add(Channel channel) {
    channels.add(channel);
  }

  /** An entry of a channel's log was taken. Does not block. */
  void seen(Channel channel, LogEntry entry) {
    channels.seen(channel, entry.node(), entry.sequence());
  }

  /** Tells how it fares, by dotted names. */
  void tell(Map<String, Double> health) {
    health.put("foreign.malformed", channels.malformed.doubleValue());
    health.put("foreign.dropped", channels.dropped.doubleValue());
  }

  /** Whether nothing waits to be seen in a log; for tests. */
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
