package io.greenlang.metrics.redis.internal.subscribe;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.log.LogMessage;
import io.greenlang.metrics.redis.internal.support.BrokerCounters;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/**
 * The subscription to one node. Its own thread only reads and passes on. When the connection ends,
 * or is {@linkplain #disconnectNow cut} because it is unresponsive, it subscribes to all topics
 * again: at once the first time, then after a delay that grows to one second.
 */
public final class TopicSubscriber implements Runnable {

  /** The callbacks of a subscription, called on the subscriber's thread. They must not block. */
  public interface Listener {
    /** Called with a message on a channel's topic. */
    void onMessage(Channel channel, byte[] bytes);

    /** Called with a heartbeat of any instance. */
    void onHeartbeat(TopicSubscriber on, byte[] bytes);

    /**
     * Called when the topics of these channels are subscribed, perhaps again: earlier messages may
     * be missing.
     */
    void onChannelsSubscribed(Set<Channel> channels);

    /** Called when the subscription failed; another attempt follows. */
    void onFailure(RedisException cause);

    /** Called when a topic is subscribed. */
    void onSubscribed();
  }

  /** Resolves the node to connect to, which may be another one each time. */
  interface EndpointResolver {
    HostAndPort resolve() throws RedisException;
  }

  private static final Logger log = LoggerFactory.getLogger(TopicSubscriber.class);
  private static final long FIRST_DELAY_MILLIS = 50;
  private static final long MAX_DELAY_MILLIS = 1_000;

  /** An allowance for the channel's name, the rest of the topic, and the kind of message. */
  private static final int MAX_TOPIC_BYTES = 1_024;

  private final EndpointResolver endpoint;
  private final Topology topology;
  private final RedisConnectionFactory connector;
  private final Listener listener;
  private final BrokerCounters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** The topics to subscribe to, each with its channel; null for heartbeats. */
  private final Map<String, @Nullable Channel> topics = new HashMap<>();

  private final Set<String> acknowledged = new HashSet<>();
  private @Nullable RedisConnection wire;
  private boolean subscribed;
  private long disconnectedNanos = System.nanoTime();
  private boolean closed;

  /**
   * When the last heartbeat of this instance arrived, or the connection was made, in monotonic
   * time.
   */
  private volatile long lastHeartbeatNanos = System.nanoTime();

  TopicSubscriber(
      EndpointResolver endpoint,
      Topology topology,
      RedisConnectionFactory connector,
      Listener listener,
      BrokerCounters counters) {
    this.endpoint = endpoint;
    this.topology = topology;
    this.connector = connector;
    this.listener = listener;
    this.counters = counters;
  }

  /** Subscribes to one more topic. Any thread. */
  void add(String topic, @Nullable Channel channel) {
    lock.lock();
    try {
      RedisConnection current = wire;
      if (!topics.containsKey(topic)) {
        topics.put(topic, channel);
        if (current != null) {
          current.send(subscribeCommand(), Keys.bytes(topic));
        }
      }
    } catch (RedisException e) {
      log.debug("Failed to subscribe to {}; the next connection does", topic, e);
    } finally {
      lock.unlock();
    }
  }

  /** Unsubscribes from a topic. Any thread. */
  void remove(String topic) {
    lock.lock();
    try {
      RedisConnection current = wire;
      if (topics.containsKey(topic)) {
        topics.remove(topic);
        acknowledged.remove(topic);
        if (current != null) {
          current.send(
              topology.isCluster() ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE, Keys.bytes(topic));
        }
      }
    } catch (RedisException e) {
      log.debug("Failed to unsubscribe from {}; the next connection omits it", topic, e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a topic is subscribed; returns whether it is. Any thread. */
  boolean awaitSubscribed(String topic, long millis) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!acknowledged.contains(topic) && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return acknowledged.contains(topic);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether all topics are subscribed. Any thread. */
  public boolean isStanding() {
    lock.lock();
    try {
      return subscribed;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the channels whose topics are not subscribed yet. Any thread. */
  public Set<Channel> unsubscribed() {
    lock.lock();
    try {
      return topics.entrySet().stream()
          .filter(entry -> !acknowledged.contains(entry.getKey()))
          .map(Map.Entry::getValue)
          .filter(Objects::nonNull)
          .collect(Collectors.toUnmodifiableSet());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns since when not all topics are subscribed, in monotonic time; otherwise {@code now}. Any
   * thread.
   */
  public long fallenNanos(long now) {
    lock.lock();
    try {
      return subscribed ? now : disconnectedNanos;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns whether the subscription is connected, and has had no heartbeat for longer than this.
   * Any thread.
   */
  boolean isDeaf(long nanos) {
    lock.lock();
    try {
      return wire != null && System.nanoTime() - lastHeartbeatNanos > nanos;
    } finally {
      lock.unlock();
    }
  }

  /** Records a heartbeat of this instance. */
  public void recordHeartbeat() {
    lastHeartbeatNanos = System.nanoTime();
  }

  /** Drops the connection; the subscriber connects again. Any thread. */
  void disconnectNow() {
    lock.lock();
    try {
      if (wire != null) {
        wire.disconnectNow();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops the subscriber. Any thread. */
  void close() {
    lock.lock();
    try {
      closed = true;
      disconnectNow();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    int failures = 0;
    try {
      while (!isClosed()) {
        boolean wasSubscribed = false;
        try {
          connect();
          wasSubscribed = readUntilClosed();
        } catch (RedisException e) {
          wasSubscribed = isStanding();
          if (!isClosed()) {
            topology.invalidate();
            if (failures > 0 || !wasSubscribed) {
              listener.onFailure(e);
            }
            log.debug("A subscription has ended", e);
          }
        } finally {
          disconnect();
        }
        failures = wasSubscribed ? 0 : failures + 1;
        pause(failures);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private void connect() throws RedisException {
    RedisConnection fresh = connector.open(endpoint.resolve());
    fresh.disableTimeout(LogMessage.MAX_BYTES + MAX_TOPIC_BYTES);
    lock.lock();
    try {
      if (closed) {
        fresh.close();
        return;
      }
      wire = fresh;
      recordHeartbeat();
      for (String topic : topics.keySet()) {
        fresh.queue(
            subscribeCommand(),
            Keys.bytes(topic)); // one command each: in a cluster, topics have different slots
      }
      fresh.flush();
    } finally {
      lock.unlock();
    }
  }

  private boolean readUntilClosed() throws RedisException {
    RedisConnection current = wire;
    while (current != null && !isClosed()) {
      List<?> push = Replies.list(current.awaitPush());
      if (push.size() == 3) {
        onPush(Replies.text(push.get(0)), Replies.text(push.get(1)), push.get(2));
      }
    }
    return true;
  }

  private void onPush(String kind, String topic, @Nullable Object content) throws RedisException {
    switch (kind) {
      case "message", "smessage" -> {
        try {
          dispatch(topic, Replies.bytes(content));
        } catch (RuntimeException e) {
          log.error("Failed to process a message on {}", topic, e);
        }
      }
      case "subscribe", "ssubscribe" -> acknowledge(topic);
      case "unsubscribe", "sunsubscribe" -> {
        if (isRequested(topic)) {
          throw new RedisException(
              RedisException.Kind.MOVED, "Redis has ended the subscription to " + topic);
        }
      }
      default -> log.debug("Ignored a push of kind {}", kind);
    }
  }

  private boolean isRequested(String topic) {
    lock.lock();
    try {
      return topics.containsKey(topic);
    } finally {
      lock.unlock();
    }
  }

  private void dispatch(String topic, byte[] bytes) {
    Channel channel;
    lock.lock();
    try {
      if (!topics.containsKey(topic)) {
        return; // unsubscribed meanwhile
      }
      channel = topics.get(topic);
    } finally {
      lock.unlock();
    }
    if (channel == null) {
      listener.onHeartbeat(this, bytes);
    } else {
      listener.onMessage(channel, bytes);
    }
  }

  private void acknowledge(String topic) {
    Set<Channel> channels = Set.of();
    lock.lock();
    try {
      if (!topics.containsKey(topic)) {
        return; // unsubscribed meanwhile
      }
      acknowledged.add(topic);
      changed.signalAll();
      if (subscribed) { // one more: a new channel, or one that moved here from another node
        Channel channel = topics.get(topic);
        channels = channel == null ? Set.of() : Set.of(channel);
      } else if (acknowledged.containsAll(topics.keySet())) {
        subscribed = true;
        channels =
            topics.values().stream()
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
      }
    } finally {
      lock.unlock();
    }
    if (!channels.isEmpty()) {
      listener.onChannelsSubscribed(channels);
    }
    listener.onSubscribed();
  }

  private void disconnect() {
    lock.lock();
    try {
      if (wire != null) {
        wire.close();
        wire = null;
        counters.reconnects.increment();
      }
      if (subscribed) {
        subscribed = false;
        disconnectedNanos = System.nanoTime();
      }
      acknowledged.clear();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a random delay, so that the instances do not all reconnect at once. */
  private void pause(int failures) throws InterruptedException {
    if (failures == 0) {
      return;
    }
    long maxMillis = Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures, 10));
    long millis = ThreadLocalRandom.current().nextLong(maxMillis / 2, maxMillis + 1);
    lock.lock();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private Command subscribeCommand() {
    return topology.isCluster() ? Command.SSUBSCRIBE : Command.SUBSCRIBE;
  }
}
