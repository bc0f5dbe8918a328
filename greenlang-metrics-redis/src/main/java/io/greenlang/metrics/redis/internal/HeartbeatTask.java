package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeAddress;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.RedisMemory;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.log.ChannelNames;
import io.greenlang.metrics.redis.internal.log.LogClock;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.support.IntervalTimer;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeat task. Once per second it announces this instance on every node, asks for the time
 * and for channels that other instances have added, and thereby detects whether Redis is available.
 * It has its own thread, because all of that waits for replies.
 */
final class HeartbeatTask implements Runnable {

  /** The callbacks of the heartbeat, called on the heartbeat thread. */
  interface Listener {
    /** Called when Redis, or one of its nodes, has replied. */
    void onRedisReachable();

    /** Called with channels that were not known before. */
    void onChannelsFound(Set<Channel> channels);
  }

  private static final Logger log = LoggerFactory.getLogger(HeartbeatTask.class);

  /** The number of heartbeats from one query of the memory usage to the next. */
  private static final int MEMORY_EVERY = 10;

  private final NodeConnections connections;
  private final Topology topology;
  private final RedisCommand publishCommand;
  private final NodeSubscribers subscribers;
  private final InstanceRegistry instances;
  private final LogClock clock;
  private final HealthTracker health;
  private final Listener listener;
  private final ChannelNames names;
  private final RedisMemory memory = new RedisMemory();
  private final IntervalTimer timer = new IntervalTimer();
  private volatile int channels;
  private volatile boolean silent;
  private long count;

  HeartbeatTask(
      BrokerContext context,
      NodeSubscribers subscribers,
      InstanceRegistry instances,
      LogClock clock,
      Listener listener) {
    this.connections = context.newConnections();
    this.names = new ChannelNames(connections);
    this.topology = context.topology();
    this.publishCommand = context.publishCommand();
    this.health = context.health();
    this.subscribers = subscribers;
    this.instances = instances;
    this.clock = clock;
    this.listener = listener;
  }

  /** Returns the memory usage that Redis reports. */
  RedisMemory memory() {
    return memory;
  }

  /** Returns the number of known channels, here or on other instances. Any thread. */
  int channels() {
    return channels;
  }

  /** Sends the next heartbeat at once instead of waiting for the next second. Any thread. */
  void wakeUp() {
    timer.wakeUp();
  }

  /** Stops without a goodbye. Any thread. */
  void stopSilently() {
    silent = true;
    close();
  }

  /** Says goodbye and stops. Any thread. */
  void close() {
    timer.close();
  }

  @Override
  public void run() {
    try (connections) {
      do {
        runOnce();
      } while (timer.awaitNext());
      sayGoodbye();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private void sayGoodbye() {
    if (silent || health.problem() != null) {
      return; // the other instances soon remove an instance without heartbeats
    }
    try {
      for (NodeAddress node : topology.nodes()) {
        sendHeartbeat(node, instances.goodbye());
      }
    } catch (RedisException e) {
      log.debug("Failed to send a goodbye", e);
    }
  }

  private void runOnce() {
    try {
      topology.refresh();
      subscribers.refresh();
      RedisException refusal = visit(topology.nodes());
      if (refusal == null) {
        health.clear(HealthTracker.Activity.HEARTBEAT);
      } else {
        health.report(HealthTracker.Activity.HEARTBEAT, refusal);
      }
    } catch (RedisException e) {
      health.report(HealthTracker.Activity.HEARTBEAT, e);
      topology.invalidate();
    } catch (RuntimeException | Error e) {
      log.error("Heartbeat failed; retrying in one second", e);
    }
  }

  /** Queries and announces; returns the failure if Redis refuses to list the channels. */
  private @Nullable RedisException visit(List<NodeAddress> masters) throws RedisException {
    // first: the heartbeat carries the number of channels
    RedisException refusal = tryDiscoverChannels(masters);
    sendHeartbeats(masters);
    if (count++ % MEMORY_EVERY == 0) {
      memory.query(connections, masters);
    }
    return refusal;
  }

  /** Sends a heartbeat to every node that replies, then throws the failure of one that does not. */
  private void sendHeartbeats(List<NodeAddress> masters) throws RedisException {
    byte[] heartbeat = instances.heartbeat(channels);
    RedisException failure = null;
    boolean replied = false;
    for (NodeAddress node : masters) {
      try {
        sendHeartbeat(node, heartbeat);
        replied = true;
      } catch (RedisException e) {
        connections.handleFailure(node, e);
        failure = e;
      }
    }
    if (replied) {
      listener.onRedisReachable(); // an unavailable node must not delay the channels of the others
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void sendHeartbeat(NodeAddress node, byte[] heartbeat) throws RedisException {
    RedisConnection connection = connections.connection(node);
    sampleClock(connection);
    connection.call(publishCommand, Keys.bytes(subscribers.heartbeatTopic(node)), heartbeat);
  }

  private void sampleClock(RedisConnection connection) throws RedisException {
    long sentNanos = System.nanoTime();
    List<?> time = Replies.list(connection.call(RedisCommand.TIME));
    long receivedNanos = System.nanoTime();
    if (time.size() == 2) {
      long millis = Replies.number(time.get(0)) * 1_000 + Replies.number(time.get(1)) / 1_000;
      clock.addSample(millis, sentNanos, receivedNanos);
    }
  }

  /**
   * Looks for new channels.
   *
   * @return the failure if Redis refuses; null otherwise. A refusal must not stop the heartbeats:
   *     without them, every subscription would be considered unresponsive
   */
  private @Nullable RedisException tryDiscoverChannels(List<NodeAddress> masters)
      throws RedisException {
    try {
      discoverChannels();
      return null;
    } catch (RedisException e) {
      if (e.kind() == RedisException.Kind.UNREACHABLE && masters.size() == 1) {
        throw e; // the heartbeat would time out, too
      }
      return e;
    }
  }

  private void discoverChannels() throws RedisException {
    Set<Channel> found = names.discover(subscribers.channels());
    channels = names.count();
    if (!found.isEmpty()) {
      listener.onChannelsFound(found);
    }
  }
}
