package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Hears every node: one subscriber, or in a cluster one for each master, which hears the channels
 * that are its own. Each has a topic for heartbeats on its node, so that each is watched. Any
 * thread.
 */
final class Subscribers implements AutoCloseable {

  /** How many names are tried to find a heartbeat's topic for a node. */
  private static final int MAX_PULSE = 100_000;

  private static final long JOIN_MILLIS = 2_000;

  private final Topology topology;
  private final Connector connector;
  private final Subscriber.Ear ear;
  private final Troubles troubles;
  private final Counters counters;
  private final Set<Channel> channels = new TreeSet<>();

  /** By node; by null if there is but one, wherever it is now. */
  private final Map<@Nullable HostAndPort, Subscriber> subscribers = new HashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private volatile List<Subscriber> all = List.of();
  private boolean closed;

  Subscribers(
      Topology topology,
      Connector connector,
      Subscriber.Ear ear,
      Troubles troubles,
      Counters counters) {
    this.topology = topology;
    this.connector = connector;
    this.ear = ear;
    this.troubles = troubles;
    this.counters = counters;
  }

  /** Hears a channel from now on. */
  synchronized void add(Channel channel) throws RedisFailure {
    channels.add(channel);
    arrange();
  }

  /** Hears a channel no more. */
  synchronized void remove(Channel channel) {
    channels.remove(channel);
    subscribers.values().forEach(subscriber -> subscriber.remove(Keys.bus(channel)));
  }

  /** Waits until a channel is heard. */
  boolean isHeard(Channel channel, long millis) throws InterruptedException, RedisFailure {
    Subscriber subscriber;
    synchronized (this) {
      subscriber = subscribers.get(nodeOf(Keys.bus(channel)));
    }
    return subscriber != null && subscriber.isHeard(Keys.bus(channel), millis);
  }

  /** Looks at the nodes that there are now, and has each heard. */
  synchronized void arrange() throws RedisFailure {
    if (closed) {
      return;
    }
    if (!topology.isCluster()) {
      Subscriber only = subscriber(null);
      only.add(Keys.pulse(0), null);
      channels.forEach(channel -> only.add(Keys.bus(channel), channel));
      return;
    }
    List<HostAndPort> nodes = topology.nodes();
    for (HostAndPort gone : List.copyOf(subscribers.keySet())) {
      if (!nodes.contains(gone)) {
        subscriber(gone).close();
        subscribers.remove(gone);
        all = List.copyOf(subscribers.values());
      }
    }
    for (HostAndPort node : nodes) {
      subscriber(node).add(pulseOf(node), null);
    }
    for (Channel channel : channels) {
      HostAndPort at = nodeOf(Keys.bus(channel));
      for (HostAndPort node : List.copyOf(subscribers.keySet())) {
        if (node.equals(at)) {
          subscriber(node).add(Keys.bus(channel), channel);
        } else {
          subscriber(node).remove(Keys.bus(channel));
        }
      }
    }
  }

  /** The topic for heartbeats that lies on a node. */
  String pulseOf(HostAndPort node) throws RedisFailure {
    if (topology.isCluster()) {
      for (int i = 0; i < MAX_PULSE; i++) {
        if (node.equals(nodeOf(Keys.pulse(i)))) {
          return Keys.pulse(i);
        }
      }
    }
    return Keys.pulse(0);
  }

  /** The channels that are to be heard. */
  synchronized Set<Channel> channels() {
    return Set.copyOf(channels);
  }

  /** Those there are now. Does not block, also while nodes are asked. */
  List<Subscriber> all() {
    return all;
  }

  private @Nullable HostAndPort nodeOf(String topic) throws RedisFailure {
    return topology.isCluster() ? topology.nodeOf(JedisClusterCRC16.getSlot(topic)) : null;
  }

  private Subscriber subscriber(@Nullable HostAndPort node) {
    Subscriber known = subscribers.get(node);
    if (known != null) {
      return known;
    }
    Subscriber.Where where = node == null ? () -> topology.nodeOf(0) : () -> node;
    Subscriber made = new Subscriber(where, topology, connector, ear, troubles, counters);
    subscribers.put(node, made);
    all = List.copyOf(subscribers.values());
    threads.removeIf(thread -> !thread.isAlive());
    threads.add(Threads.start("greenlang-redis-subscribe", made));
    return made;
  }

  @Override
  public void close() {
    List<Thread> running;
    synchronized (this) {
      closed = true;
      subscribers.values().forEach(Subscriber::close);
      running = List.copyOf(threads);
    }
    running.forEach(thread -> Threads.join(thread, JOIN_MILLIS));
  }
}
