package io.greenlang.metrics.redis.internal;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.HealthTracker;
import io.greenlang.metrics.redis.internal.connection.NodeConnections;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.RedisMemory;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.log.ChannelNames;
import io.greenlang.metrics.redis.internal.log.LogClock;
import io.greenlang.metrics.redis.internal.membership.InstanceRegistry;
import io.greenlang.metrics.redis.internal.subscribe.NodeSubscribers;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * The heartbeat task. Once per second it announces this instance on every node, asks for the time
 * and for channels that other instances have added, and thereby detects whether Redis is available.
 * It has its own thread, because all of that waits for replies.
 */
final class HeartbeatTask implements Runnable {

  /** The callbacks of the heartbeat, called on the heartbeat thread. */
  interface Listener {
    /** Called when Redis, or one of its nodes, has replied. */
    void alive();

    /** Called with channels that were not known before. */
    void onChannelsFound(Set<Channel> channels);
  }

  private static final Logger log = LoggerFactory.getLogger(HeartbeatTask.class);
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The minimum delay between two on-demand heartbeats. */
  private static final long MIN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int MEMORY_EVERY = 10;

  private final NodeConnections links;
  private final Topology topology;
  private final NodeSubscribers subscribers;
  private final InstanceRegistry instances;
  private final LogClock clock;
  private final HealthTracker troubles;
  private final Listener listener;
  private final RedisMemory memory = new RedisMemory();
  private final ChannelNames names;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wakeUp = lock.newCondition();
  private volatile int channels;
  private volatile boolean silent;
  private boolean wakeUpRequested;
  private boolean closed;
  private long count;

  HeartbeatTask(
      NodeConnections links,
      Topology topology,
      NodeSubscribers subscribers,
      InstanceRegistry instances,
      LogClock clock,
      HealthTracker troubles,
      Listener listener) {
    this.links = links;
    this.names = new ChannelNames(links);
    this.topology = topology;
    this.subscribers = subscribers;
    this.instances = instances;
    this.clock = clock;
    this.troubles = troubles;
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
  void kick() {
    lock.lock();
    try {
      wakeUpRequested = true;
      wakeUp.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Stops without a goodbye. Any thread. */
  void silence() {
    silent = true;
    close();
  }

  /** Says goodbye and stops. Any thread. */
  void close() {
    lock.lock();
    try {
      closed = true;
      wakeUp.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try (links) {
      do {
        sendHeartbeats();
      } while (awaitNext());
      sayGoodbye();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private boolean awaitNext() throws InterruptedException {
    lock.lock();
    try {
      long start = System.nanoTime();
      long left = INTERVAL_NANOS;
      while (!closed
          && left > 0
          && !(wakeUpRequested && System.nanoTime() - start >= MIN_INTERVAL_NANOS)) {
        left = wakeUp.awaitNanos(wakeUpRequested ? Math.min(left, MIN_INTERVAL_NANOS) : left);
        left = Math.min(left, INTERVAL_NANOS - (System.nanoTime() - start));
      }
      wakeUpRequested = false;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void sayGoodbye() {
    if (silent || troubles.sentence() != null) {
      return; // the other instances soon remove an instance without heartbeats
    }
    try {
      for (HostAndPort node : topology.nodes()) {
        sendHeartbeat(node, instances.goodbye());
      }
    } catch (RedisException e) {
      log.debug("Failed to send a goodbye", e);
    }
  }

  private void sendHeartbeats() {
    try {
      topology.refresh();
      subscribers.refresh();
      List<HostAndPort> masters = topology.nodes();
      RedisException refused =
          tryDiscoverChannels(masters); // first: the heartbeat carries the number of channels
      RedisException failure = null;
      boolean answered = false;
      byte[] heartbeat = instances.heartbeat(channels);
      for (HostAndPort node : masters) {
        try {
          sendHeartbeat(node, heartbeat);
          answered = true;
        } catch (RedisException e) {
          links.handleFailure(node, e);
          failure = e;
        }
      }
      if (answered) {
        listener.alive(); // an unavailable node must not delay the channels of the others
      }
      if (failure != null) {
        throw failure;
      }
      if (count++ % MEMORY_EVERY == 0) {
        memory.query(links, masters);
      }
      if (refused == null) {
        troubles.clear(HealthTracker.Activity.HEARTBEAT);
      } else {
        troubles.report(HealthTracker.Activity.HEARTBEAT, refused);
      }
    } catch (RedisException e) {
      troubles.report(HealthTracker.Activity.HEARTBEAT, e);
      topology.invalidate();
    } catch (RuntimeException e) {
      log.error("Heartbeat failed; retrying in one second", e);
    }
  }

  private void sendHeartbeat(HostAndPort node, byte[] heartbeat) throws RedisException {
    RedisConnection wire = links.connection(node);
    long asked = System.nanoTime();
    List<?> time = Replies.list(wire.call(Command.TIME));
    long answered = System.nanoTime();
    if (time.size() == 2) {
      long millis = Replies.number(time.get(0)) * 1_000 + Replies.number(time.get(1)) / 1_000;
      clock.addSample(millis, asked, answered);
    }
    Command publish = topology.isCluster() ? Command.SPUBLISH : Command.PUBLISH;
    wire.call(publish, Keys.bytes(subscribers.heartbeatTopic(node)), heartbeat);
  }

  /**
   * Looks for new channels.
   *
   * @return the failure if Redis refuses; null otherwise. A refusal must not stop the heartbeats:
   *     without them, every subscription would be considered unresponsive
   */
  private @Nullable RedisException tryDiscoverChannels(List<HostAndPort> masters)
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
