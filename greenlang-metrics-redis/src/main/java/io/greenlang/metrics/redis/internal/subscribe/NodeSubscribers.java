package io.greenlang.metrics.redis.internal.subscribe;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.NodeAddress;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.support.Keys;
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

/**
 * The subscriptions to all nodes: one subscriber, or in a cluster one for each master, which
 * receives the channels of that master's slots. Each also has a heartbeat topic on its node, so
 * that each is monitored. Thread-safe.
 */
public final class NodeSubscribers implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NodeSubscribers.class);

  /** The number of topic names tried to find a heartbeat topic on a node. */
  private static final int MAX_TOPIC_NUMBER = 100_000;

  private static final long JOIN_MILLIS = 2_000;

  private final Topology topology;
  private final RedisConnectionFactory connectionFactory;
  private final Function<Channel, String> topicOf;
  private final TopicSubscriber.Listener listener;
  private final Set<Channel> channels = new TreeSet<>();

  /** By node. The key is null if there is only one node, wherever it currently is. */
  private final Map<@Nullable NodeAddress, TopicSubscriber> subscribers = new HashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private volatile List<TopicSubscriber> all = List.of();
  private boolean closed;

  /**
   * Creates subscriptions without channels.
   *
   * @param topicOf returns the topic of a channel; it must be in the channel's slot
   */
  public NodeSubscribers(
      BrokerContext context, Function<Channel, String> topicOf, TopicSubscriber.Listener listener) {
    this.topology = context.topology();
    this.connectionFactory = context.connectionFactory();
    this.topicOf = topicOf;
    this.listener = listener;
  }

  /** Subscribes to a channel. */
  public synchronized void add(Channel channel) throws RedisException {
    channels.add(channel);
    refresh();
  }

  /** Unsubscribes from a channel. */
  public synchronized void remove(Channel channel) {
    channels.remove(channel);
    subscribers.values().forEach(subscriber -> subscriber.remove(topicOf.apply(channel)));
  }

  /** Waits until a channel is subscribed; returns whether it is. */
  public boolean awaitSubscribed(Channel channel, long millis)
      throws InterruptedException, RedisException {
    TopicSubscriber subscriber;
    synchronized (this) {
      subscriber = subscribers.get(nodeOf(topicOf.apply(channel)));
    }
    return subscriber != null && subscriber.awaitSubscribed(topicOf.apply(channel), millis);
  }

  /** Adapts the subscriptions to the current nodes. */
  public synchronized void refresh() throws RedisException {
    if (closed) {
      return;
    }
    if (!topology.isCluster()) {
      TopicSubscriber only = subscriber(null);
      only.add(Keys.heartbeatTopic(0), null);
      channels.forEach(channel -> only.add(topicOf.apply(channel), channel));
      return;
    }
    List<NodeAddress> nodes = topology.nodes();
    removeAllExcept(nodes);
    for (NodeAddress node : nodes) {
      subscriber(node).add(heartbeatTopic(node), null);
    }
    for (Channel channel : channels) {
      subscribeAtOwner(channel);
    }
  }

  private void removeAllExcept(List<NodeAddress> nodes) {
    for (NodeAddress node : List.copyOf(subscribers.keySet())) {
      if (!nodes.contains(node)) {
        subscriber(node).close();
        subscribers.remove(node);
        all = List.copyOf(subscribers.values());
      }
    }
  }

  /** Subscribes to a channel at the node that has it, and at no other. */
  private void subscribeAtOwner(Channel channel) throws RedisException {
    String topic = topicOf.apply(channel);
    NodeAddress owner = nodeOf(topic);
    for (NodeAddress node : List.copyOf(subscribers.keySet())) {
      if (node.equals(owner)) {
        subscriber(node).add(topic, channel);
      } else {
        subscriber(node).remove(topic);
      }
    }
  }

  /** Returns the heartbeat topic that is on a node. */
  public String heartbeatTopic(NodeAddress node) throws RedisException {
    if (topology.isCluster()) {
      for (int i = 0; i < MAX_TOPIC_NUMBER; i++) {
        if (node.equals(nodeOf(Keys.heartbeatTopic(i)))) {
          return Keys.heartbeatTopic(i);
        }
      }
    }
    return Keys.heartbeatTopic(0);
  }

  /** Returns the subscribed channels. */
  public synchronized Set<Channel> channels() {
    return Set.copyOf(channels);
  }

  /** Returns the current subscribers. Does not block, not even while nodes are being queried. */
  public List<TopicSubscriber> all() {
    return all;
  }

  /**
   * Reconnects the subscribers that have had no heartbeat of this instance for longer than this.
   * Does not block.
   */
  public void reconnectUnresponsive(long nanos) {
    for (TopicSubscriber subscriber : all) {
      if (subscriber.isUnresponsive(nanos)) {
        log.debug("A subscription is unresponsive; reconnecting");
        subscriber.disconnectNow();
      }
    }
  }

  private @Nullable NodeAddress nodeOf(String topic) throws RedisException {
    return topology.isCluster() ? topology.nodeOf(Keys.bytes(topic)) : null;
  }

  private TopicSubscriber subscriber(@Nullable NodeAddress node) {
    TopicSubscriber existing = subscribers.get(node);
    if (existing != null) {
      return existing;
    }
    TopicSubscriber.EndpointResolver endpoint =
        node == null ? () -> topology.nodes().get(0) : () -> node;
    TopicSubscriber subscriber =
        new TopicSubscriber(endpoint, topology, connectionFactory, listener);
    threads.removeIf(thread -> !thread.isAlive());
    // First, because the system may refuse the thread: the next call has to try again.
    threads.add(NamedThreads.start("greenlang-redis-subscribe", subscriber));
    subscribers.put(node, subscriber);
    all = List.copyOf(subscribers.values());
    return subscriber;
  }

  @Override
  public void close() {
    List<Thread> running;
    synchronized (this) {
      closed = true;
      subscribers.values().forEach(TopicSubscriber::close);
      running = List.copyOf(threads);
    }
    running.forEach(thread -> NamedThreads.join(thread, JOIN_MILLIS));
  }
}
