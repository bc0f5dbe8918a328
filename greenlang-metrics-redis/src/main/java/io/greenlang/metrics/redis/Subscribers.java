package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Hears every node: one subscriber, or in a cluster one for each master, which hears the channels
 * that are its own. Each has a topic for heartbeats on its node, so that each is watched. Any
 * thread.
 */
final class Subscribers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Subscribers.class);

  /** How many names are tried to find a heartbeat's topic for a node. */
  private static final int MAX_PULSE = 100_000;

  private static final long JOIN_MILLIS = 2_000;

  private final Topology topology;
  private final Connector connector;
  private final Function<Channel, String> topicOf;
  private final Subscriber.Ear ear;
  private final Counters counters;
  private final Set<Channel> channels = new TreeSet<>();

  /** By node; by null if there is but one, wherever it is now. */
  private final Map<@Nullable HostAndPort, Subscriber> subscribers = new HashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private volatile List<Subscriber> all = List.of();
  private boolean closed;

  /**
   * One that hears nothing yet.
   *
   * @param topicOf the topic of a channel that is to be heard; it lies in the channel's slot
   */
  Subscribers(
      Topology topology,
      Connector connector,
      Function<Channel, String> topicOf,
      Subscriber.Ear ear,
      Counters counters) {
    this.topology = topology;
    this.connector = connector;
    this.topicOf = topicOf;
    this.ear = ear;
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
    subscribers.values().forEach(subscriber -> subscriber.remove(topicOf.apply(channel)));
  }

  /** Waits until a channel is heard. */
  boolean isHeard(Channel channel, long millis) throws InterruptedException, RedisFailure {
    Subscriber subscriber;
    synchronized (this) {
      subscriber = subscribers.get(nodeOf(topicOf.apply(channel)));
    }
    return subscriber != null && subscriber.isHeard(topicOf.apply(channel), millis);
  }

  /** Looks at the nodes that there are now, and has each heard. */
  synchronized void arrange() throws RedisFailure {
    if (closed) {
      return;
    }
    if (!topology.isCluster()) {
      Subscriber only = subscriber(null);
      only.add(Keys.pulse(0), null);
      channels.forEach(channel -> only.add(topicOf.apply(channel), channel));
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
      HostAndPort at = nodeOf(topicOf.apply(channel));
      for (HostAndPort node : List.copyOf(subscribers.keySet())) {
        if (node.equals(at)) {
          subscriber(node).add(topicOf.apply(channel), channel);
        } else {
          subscriber(node).remove(topicOf.apply(channel));
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

  /** Has those made anew that have not heard of this instance for so long. Does not block. */
  void cutDeaf(long nanos) {
    for (Subscriber subscriber : all) {
      if (subscriber.isDeaf(nanos)) {
        log.debug("a subscription hears nothing; it is made anew");
        subscriber.cut();
      }
    }
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
    Subscriber made = new Subscriber(where, topology, connector, ear, counters);
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
