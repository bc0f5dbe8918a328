package io.greenlang.metrics.redis;

import io.greenlang.metrics.Channel;
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
 * Hears one node. Its own thread does nothing but read and pass on. When the connection ends, or is
 * {@linkplain #cut cut} because nothing was heard on it, all topics are subscribed anew: at once
 * the first time, then after a delay that grows to a second.
 */
final class Subscriber implements Runnable {

  /** What is told of what is heard. On the subscriber's thread; must not block. */
  interface Ear {
    /** Something was said on a channel's bus. */
    void message(Channel channel, byte[] bytes);

    /** A heartbeat of an instance. */
    void heartbeat(Subscriber on, byte[] bytes);

    /** All topics are subscribed, perhaps again: what was said before may be missing. */
    void subscribed(Set<Channel> channels);

    /** It cannot hear, and why; another attempt follows. */
    void failed(RedisFailure why);

    /** It hears. */
    void fine();
  }

  /** Where to connect; it may be another node each time. */
  interface Where {
    HostAndPort now() throws RedisFailure;
  }

  private static final Logger log = LoggerFactory.getLogger(Subscriber.class);
  private static final long FIRST_DELAY_MILLIS = 50;
  private static final long MAX_DELAY_MILLIS = 1_000;

  /** A channel's name, what is around it, and what kind of message it is. */
  private static final int MAX_TOPIC_BYTES = 1_024;

  private final Where where;
  private final Topology topology;
  private final Connector connector;
  private final Ear ear;
  private final Counters counters;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** What is to be heard: topics, and the channels whose buses they are; null for heartbeats. */
  private final Map<String, @Nullable Channel> wanted = new HashMap<>();

  private final Set<String> acknowledged = new HashSet<>();
  private @Nullable Wire wire;
  private boolean standing;
  private long fallenNanos = System.nanoTime();
  private boolean closed;

  /** When a heartbeat of this instance was heard last, or it was connected; monotonic. */
  private volatile long heardNanos = System.nanoTime();

  Subscriber(Where where, Topology topology, Connector connector, Ear ear, Counters counters) {
    this.where = where;
    this.topology = topology;
    this.connector = connector;
    this.ear = ear;
    this.counters = counters;
  }

  /** Hears one more topic from now on. Any thread. */
  void add(String topic, @Nullable Channel channel) {
    lock.lock();
    try {
      Wire now = wire;
      if (!wanted.containsKey(topic)) {
        wanted.put(topic, channel);
        if (now != null) {
          now.send(command(), Keys.bytes(topic));
        }
      }
    } catch (RedisFailure e) {
      log.debug("a topic is subscribed with the next connection", e);
    } finally {
      lock.unlock();
    }
  }

  /** Hears a topic no more. Any thread. */
  void remove(String topic) {
    lock.lock();
    try {
      Wire now = wire;
      if (wanted.containsKey(topic)) {
        wanted.remove(topic);
        acknowledged.remove(topic);
        if (now != null) {
          now.send(
              topology.isCluster() ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE, Keys.bytes(topic));
        }
      }
    } catch (RedisFailure e) {
      log.debug("a topic is not subscribed with the next connection", e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a topic is heard; false if that does not come about in time. Any thread. */
  boolean isHeard(String topic, long millis) throws InterruptedException {
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

  /** Whether everything that is to be heard is. Any thread. */
  boolean isStanding() {
    lock.lock();
    try {
      return standing;
    } finally {
      lock.unlock();
    }
  }

  /** The channels that are to be heard and are not. Any thread. */
  Set<Channel> unheard() {
    lock.lock();
    try {
      return wanted.entrySet().stream()
          .filter(each -> !acknowledged.contains(each.getKey()))
          .map(Map.Entry::getValue)
          .filter(Objects::nonNull)
          .collect(Collectors.toUnmodifiableSet());
    } finally {
      lock.unlock();
    }
  }

  /** Since when not everything is heard, by monotonic time; else {@code now}. Any thread. */
  long fallenNanos(long now) {
    lock.lock();
    try {
      return standing ? now : fallenNanos;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is connected and has not heard anything for so long. Any thread. */
  boolean isDeaf(long nanos) {
    lock.lock();
    try {
      return wire != null && System.nanoTime() - heardNanos > nanos;
    } finally {
      lock.unlock();
    }
  }

  /** Takes notice that it hears. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  /** Ends the connection; another one is made. Any thread. */
  void cut() {
    lock.lock();
    try {
      if (wire != null) {
        wire.cut();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends it for good. Any thread. */
  void close() {
    lock.lock();
    try {
      closed = true;
      cut();
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
        boolean stood = false;
        try {
          connect();
          stood = read();
        } catch (RedisFailure e) {
          stood = isStanding();
          if (!isClosed()) {
            topology.forget();
            if (failures > 0 || !stood) {
              ear.failed(e);
            }
            log.debug("a subscription has ended", e);
          }
        } finally {
          disconnect();
        }
        failures = stood ? 0 : failures + 1;
        pause(failures);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the broker is closed
    }
  }

  private void connect() throws RedisFailure {
    Wire fresh = connector.open(where.now());
    fresh.waitForEver(BusMessage.MAX_BYTES + MAX_TOPIC_BYTES);
    lock.lock();
    try {
      if (closed) {
        fresh.close();
        return;
      }
      wire = fresh;
      heard();
      for (String topic : wanted.keySet()) {
        fresh.queue(command(), Keys.bytes(topic)); // one each: in a cluster they are of many slots
      }
      fresh.flush();
    } finally {
      lock.unlock();
    }
  }

  private boolean read() throws RedisFailure {
    Wire from = wire;
    while (from != null && !isClosed()) {
      List<?> said = Answers.list(from.next());
      if (said.size() == 3) {
        take(Answers.text(said.get(0)), Answers.text(said.get(1)), said.get(2));
      }
    }
    return true;
  }

  private void take(String kind, String topic, @Nullable Object content) throws RedisFailure {
    switch (kind) {
      case "message", "smessage" -> {
        try {
          pass(topic, Answers.bytes(content));
        } catch (RuntimeException e) {
          log.error("what was heard on {} could not be passed on", topic, e);
        }
      }
      case "subscribe", "ssubscribe" -> acknowledge(topic);
      case "unsubscribe", "sunsubscribe" -> {
        if (isWanted(topic)) {
          throw new RedisFailure(
              RedisFailure.Kind.MOVED, "Redis has ended the subscription of " + topic);
        }
      }
      default -> log.debug("Redis says {}", kind);
    }
  }

  private boolean isWanted(String topic) {
    lock.lock();
    try {
      return wanted.containsKey(topic);
    } finally {
      lock.unlock();
    }
  }

  private void pass(String topic, byte[] bytes) {
    Channel channel;
    lock.lock();
    try {
      if (!wanted.containsKey(topic)) {
        return; // not any more
      }
      channel = wanted.get(topic);
    } finally {
      lock.unlock();
    }
    if (channel == null) {
      ear.heartbeat(this, bytes);
    } else {
      ear.message(channel, bytes);
    }
  }

  private void acknowledge(String topic) {
    Set<Channel> channels = Set.of();
    lock.lock();
    try {
      if (!wanted.containsKey(topic)) {
        return; // not any more
      }
      acknowledged.add(topic);
      changed.signalAll();
      if (standing) { // one more: a channel that is new, or was another node's
        Channel channel = wanted.get(topic);
        channels = channel == null ? Set.of() : Set.of(channel);
      } else if (acknowledged.containsAll(wanted.keySet())) {
        standing = true;
        channels =
            wanted.values().stream()
                .filter(Objects::nonNull)
                .collect(Collectors.toUnmodifiableSet());
      }
    } finally {
      lock.unlock();
    }
    if (!channels.isEmpty()) {
      ear.subscribed(channels);
    }
    ear.fine();
  }

  private void disconnect() {
    lock.lock();
    try {
      if (wire != null) {
        wire.close();
        wire = null;
        counters.reconnects.increment();
      }
      if (standing) {
        standing = false;
        fallenNanos = System.nanoTime();
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

  /** A delay that differs between instances, so that they do not all come at once. */
  private void pause(int failures) throws InterruptedException {
    if (failures == 0) {
      return;
    }
    long most = Math.min(MAX_DELAY_MILLIS, FIRST_DELAY_MILLIS << Math.min(failures, 10));
    long millis = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
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

  private Command command() {
    return topology.isCluster() ? Command.SSUBSCRIBE : Command.SUBSCRIBE;
  }
}
