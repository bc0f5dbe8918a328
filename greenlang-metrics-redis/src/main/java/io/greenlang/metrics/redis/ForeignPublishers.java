package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricsClock;
import java.util.Map;

/** All that it takes for other programs' publications to be in the channels' logs. Any thread. */
final class ForeignPublishers implements AutoCloseable {

  private static final long JOIN_MILLIS = 2_000;

  private final ForeignChannels channels;
  private final ForeignListener listener;
  private final Thread thread;

  /** Starts, with no channel as yet. */
  ForeignPublishers(Settings settings, Topology topology, Connector connector, MetricsClock clock) {
    ForeignLog log =
        new RedisForeignLog(settings, new Links(topology, connector), topology.isCluster());
    this.channels = new ForeignChannels(log, this::listen, clock::wallMillis, System::nanoTime);
    this.listener = new ForeignListener(topology, connector, channels::hear);
    this.thread = Threads.start("greenlang-redis-foreign-log", channels);
  }

  private void listen(Channel channel) {
    listener.add(channel);
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
    channels.close();
    Threads.join(thread, JOIN_MILLIS);
  }
}
