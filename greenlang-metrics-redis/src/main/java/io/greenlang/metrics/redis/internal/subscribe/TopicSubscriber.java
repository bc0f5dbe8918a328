package io.greenlang.metrics.redis.internal.subscribe;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.redis.internal.connection.NodeAddress;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.log.LogMessage;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription to one node. Its own thread only reads and passes on. When the connection ends,
 * or is {@linkplain #disconnectNow dropped} because it is unresponsive, it subscribes to all topics
 * again: at once the first time, then after a delay that grows to one second.
 */
public final class TopicSubscriber implements Runnable {

  /** The callbacks of a subscription, called on the subscriber's thread. They must not block. */
  public interface Listener {
    /** Called with a message on a channel's topic. */
    void onMessage(Channel channel, byte[] bytes);

    /** Called with a heartbeat of any instance. */
    void onHeartbeat(TopicSubscriber subscriber, byte[] bytes);

    /**
     * Called when the topics of these channels are subscribed, perhaps again: earlier messages may
     * be missing.
     */
    void onChannelsSubscribed(Set<Channel> channels);

    /** Called when a topic is subscribed. */
    void onSubscribed();

    /** Called when the connection has ended. */
    void onDisconnected();

    /** Called when the subscription failed; another attempt follows. */
    void onFailure(RedisException cause);
  }

  /** The source of the node to connect to, which may be another one each time. */
  interface EndpointResolver {
    NodeAddress resolve() throws RedisException;
  }

  private static final Logger log = LoggerFactory.getLogger(TopicSubscriber.class);
  private static final long FIRST_DELAY_MILLIS = 50;
  private static final long MAX_DELAY_MILLIS = 1_000;

  /** An allowance for the channel's name, the rest of the topic, and the kind of message. */
  private static final int MAX_TOPIC_BYTES = 1_024;

  private final EndpointResolver endpoint;
  private final Topology topology;
  private final RedisConnectionFactory connectionFactory;
  private final Listener listener;
  private final TopicSet topics = new TopicSet();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Guards the connection, and orders the commands on it. */
  private final ReentrantLock lock = new ReentrantLock();

  private @Nullable RedisConnection connection;

  /**
   * When the last heartbeat of this instance arrived, or the connection was made, in monotonic
   * time.
   */
  private volatile long lastHeartbeatNanos = System.nanoTime();

  TopicSubscriber(
      EndpointResolver endpoint,
      Topology topology,
      RedisConnectionFactory connectionFactory,
      Listener listener) {
    this.endpoint = endpoint;
    this.topology = topology;
    this.connectionFactory = connectionFactory;
    this.listener = listener;
  }

  /** Subscribes to one more topic; a null channel means heartbeats. Any thread. */
  void add(String topic, @Nullable Channel channel) {
    lock.lock();
    try {
      RedisConnection current = connection;
      if (topics.add(topic, channel) && current != null) {
        current.send(subscribeCommand(), Keys.bytes(topic));
      }
    } catch (RedisException e) {
      log.debug("Failed to subscribe to {}; the next connection subscribes again", topic, e);
    } finally {
      lock.unlock();
    }
  }

  /** Unsubscribes from a topic. Any thread. */
  void remove(String topic) {
    lock.lock();
    try {
      RedisConnection current = connection;
      if (topics.remove(topic) && current != null) {
        current.send(unsubscribeCommand(), Keys.bytes(topic));
      }
    } catch (RedisException e) {
      log.debug("Failed to unsubscribe from {}; the next connection omits it", topic, e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a topic is subscribed; returns whether it is. Any thread. */
  boolean awaitSubscribed(String topic, long timeoutMillis) throws InterruptedException {
    return topics.awaitAcknowledged(topic, timeoutMillis);
  }

  /** Returns whether all topics are subscribed. Any thread. */
  public boolean isSubscribed() {
    return topics.isComplete();
  }

  /** Returns the channels whose topics are not subscribed yet. Any thread. */
  public Set<Channel> unsubscribed() {
    return topics.unacknowledged();
  }

  /**
   * Returns since when not all topics are subscribed, in monotonic time; otherwise {@code now}. Any
   * thread.
   */
  public long disconnectedNanos(long now) {
    return topics.incompleteSinceNanos(now);
  }

  /**
   * Returns whether the subscription is connected, and has had neither a heartbeat nor a part of a
   * long message for longer than this. Any thread.
   */
  boolean isUnresponsive(long nanos) {
    lock.lock();
    try {
      RedisConnection current = connection;
      long now = System.nanoTime();
      return current != null
          && Math.min(now - lastHeartbeatNanos, now - current.lastPartNanos()) > nanos;
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
      if (connection != null) {
        connection.disconnectNow();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops the subscriber. Any thread. */
  void close() {
    lock.lock();
    try {
      closed.countDown();
      disconnectNow();
    } finally {
      lock.unlock();
    }
    topics.close();
  }

  @Override
  public void run() {
    int failures = 0;
    try {
      while (!isClosed()) {
        boolean wasSubscribed = readOneConnection(failures);
        failures = wasSubscribed ? 0 : failures + 1;
        awaitDelay(failures);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  /**
   * Connects, and reads until the connection ends.
   *
   * @param failures the number of failed attempts before this one
   * @return whether all topics were subscribed
   */
  private boolean readOneConnection(int failures) {
    boolean wasSubscribed = true;
    try {
      connect();
      readUntilClosed();
    } catch (RedisException e) {
      wasSubscribed = isSubscribed();
      if (!isClosed()) {
        onConnectionFailed(e, failures > 0 || !wasSubscribed);
      }
    } finally {
      disconnect();
    }
    return wasSubscribed;
  }

  private void onConnectionFailed(RedisException cause, boolean report) {
    topology.invalidate();
    if (report) {
      listener.onFailure(cause);
    }
    log.debug("A subscription has ended", cause);
  }

  private void connect() throws RedisException {
    RedisConnection fresh = connectionFactory.open(endpoint.resolve());
    fresh.disableTimeout(LogMessage.MAX_BYTES + MAX_TOPIC_BYTES);
    lock.lock();
    try {
      if (isClosed()) {
        fresh.close();
        return;
      }
      connection = fresh;
      recordHeartbeat();
      for (String topic : topics.names()) { // one command each: topics have different slots
        fresh.queue(subscribeCommand(), Keys.bytes(topic));
      }
      fresh.flush();
    } finally {
      lock.unlock();
    }
  }

  private void readUntilClosed() throws RedisException {
    RedisConnection current = connection;
    while (current != null && !isClosed()) {
      List<?> push = Replies.list(current.awaitPush());
      if (push.size() == 3) {
        onPush(Replies.text(push.get(0)), Replies.text(push.get(1)), push.get(2));
      }
    }
  }

  private void onPush(String kind, String topic, @Nullable Object content) throws RedisException {
    switch (kind) {
      case "message", "smessage" -> onMessage(topic, Replies.bytes(content));
      case "subscribe", "ssubscribe" -> onAcknowledged(topic);
      case "unsubscribe", "sunsubscribe" -> onUnsubscribed(topic);
      default -> log.debug("Ignored a push of kind {}", kind);
    }
  }

  private void onMessage(String name, byte[] bytes) {
    TopicSet.Topic topic = topics.find(name);
    if (topic == null) {
      return; // unsubscribed meanwhile
    }
    try {
      if (topic.channel() == null) {
        listener.onHeartbeat(this, bytes);
      } else {
        listener.onMessage(topic.channel(), bytes);
      }
    } catch (RuntimeException | Error e) {
      log.error("Failed to process a message on {}", name, e);
    }
  }

  private void onAcknowledged(String topic) {
    Set<Channel> channels = topics.acknowledge(topic);
    if (channels == null) {
      return; // unsubscribed meanwhile
    }
    if (!channels.isEmpty()) {
      listener.onChannelsSubscribed(channels);
    }
    listener.onSubscribed();
  }

  private void onUnsubscribed(String topic) throws RedisException {
    if (topics.find(topic) != null) {
      throw new RedisException(
          RedisException.Kind.MOVED, "Redis has ended the subscription to " + topic);
    }
  }

  private void disconnect() {
    lock.lock();
    try {
      if (connection != null) {
        connection.close();
        connection = null;
        listener.onDisconnected();
      }
      topics.onDisconnected();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits for a random delay, so that the instances do not all reconnect at once. */
  private void awaitDelay(int failures) throws InterruptedException {
    if (failures > 0) {
      long maxMillis = Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures, 10));
      long millis = ThreadLocalRandom.current().nextLong(maxMillis / 2, maxMillis + 1);
      if (closed.await(millis, TimeUnit.MILLISECONDS)) {
        return; // the loop ends
      }
    }
  }

  private RedisCommand subscribeCommand() {
    return topology.isCluster() ? RedisCommand.SSUBSCRIBE : RedisCommand.SUBSCRIBE;
  }

  private RedisCommand unsubscribeCommand() {
    return topology.isCluster() ? RedisCommand.SUNSUBSCRIBE : RedisCommand.UNSUBSCRIBE;
  }
}
