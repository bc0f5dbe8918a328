package io.greenlang.metrics.redis.internal.external;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.ingest.PublicationReader;
import io.greenlang.metrics.internal.util.NamedThreads;
import io.greenlang.metrics.redis.internal.connection.BrokerContext;
import io.greenlang.metrics.redis.internal.connection.RedisCommand;
import io.greenlang.metrics.redis.internal.connection.RedisConnection;
import io.greenlang.metrics.redis.internal.connection.RedisConnectionFactory;
import io.greenlang.metrics.redis.internal.connection.RedisException;
import io.greenlang.metrics.redis.internal.connection.Replies;
import io.greenlang.metrics.redis.internal.connection.Topology;
import io.greenlang.metrics.redis.internal.support.Keys;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription to the channels' plain names, on a separate connection that is re-established
 * whenever it ends. One thread reads. Another pings once per second and drops the connection when
 * no reply arrives within the timeout and two more seconds, which detects a connection that died
 * silently.
 */
final class ExternalListener implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ExternalListener.class);

  private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long MAX_DELAY_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** An allowance for the channel's name and the kind of message. */
  private static final int MAX_TOPIC_BYTES = 1_024;

  private final long timeoutNanos;
  private final Topology topology;
  private final RedisConnectionFactory connectionFactory;
  private final BiConsumer<Channel, byte[]> onMessage;
  private final Map<String, Channel> channels = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Channel> unsubscribed = new LinkedHashSet<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private @Nullable RedisConnection connection;
  private boolean permissionLogged;
  private volatile long lastReplyNanos;
  private volatile boolean closed;

  /**
   * Creates a listener without channels whose threads are not running.
   *
   * @param onMessage receives the messages; it must neither throw nor block
   */
  ExternalListener(BrokerContext context, BiConsumer<Channel, byte[]> onMessage) {
    this.timeoutNanos = context.config().timeout().toNanos() + 2 * PING_NANOS;
    this.topology = context.topology();
    this.connectionFactory = context.connectionFactory();
    this.onMessage = onMessage;
  }

  /** Starts the threads. */
  void start() {
    threads.add(NamedThreads.start("greenlang-redis-external", this::readLoop));
    threads.add(NamedThreads.start("greenlang-redis-external-ping", this::sendLoop));
  }

  /** Listens to one more channel. Does not block. */
  void add(Channel channel) {
    if (channels.put(channel.name(), channel) == null) {
      lock.lock();
      try {
        unsubscribed.add(channel);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void readLoop() {
    long delayNanos = FIRST_DELAY_NANOS;
    while (!closed) {
      boolean hasReplied = readOneConnection();
      delayNanos = hasReplied ? FIRST_DELAY_NANOS : delayNanos;
      awaitDelay(delayNanos);
      delayNanos = Math.min(2 * delayNanos, MAX_DELAY_NANOS);
    }
  }

  /** Connects, and reads until the connection ends; returns whether anything was received. */
  private boolean readOneConnection() {
    boolean hasReplied = false;
    try (RedisConnection fresh = connectionFactory.open(topology.nodes().get(0))) {
      fresh.disableTimeout(PublicationReader.MAX_BYTES + MAX_TOPIC_BYTES);
      lastReplyNanos = System.nanoTime();
      setConnection(fresh, channels.values());
      while (!closed) {
        onPush(Replies.list(fresh.awaitPush()));
        lastReplyNanos = System.nanoTime();
        hasReplied = true;
      }
    } catch (RedisException e) {
      topology.invalidate();
      logMissingPermission(e);
    }
    setConnection(null, List.of());
    return hasReplied;
  }

  /** Logs missing permissions for the plain names, once. The broker reports all other failures. */
  private void logMissingPermission(RedisException failure) {
    if (failure.kind() == RedisException.Kind.FORBIDDEN && !permissionLogged) {
      permissionLogged = true;
      log.warn("Messages of external publishers are not received: {}", failure.getMessage());
    }
  }

  /** Handles a push such as "message", the topic and the payload; all others are ignored. */
  private void onPush(List<?> push) {
    if (push.size() == 3 && Replies.text(push.get(0)).equals("message")) {
      Channel channel = channels.get(Replies.text(push.get(1)));
      if (channel != null) {
        onMessage.accept(channel, Replies.bytes(push.get(2)));
      }
    }
  }

  private void setConnection(@Nullable RedisConnection current, Iterable<Channel> toSubscribe) {
    lock.lock();
    try {
      connection = current;
      unsubscribed.clear();
      toSubscribe.forEach(unsubscribed::add);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitDelay(long maxNanos) {
    lock.lock();
    try {
      long left = maxNanos / 2 + ThreadLocalRandom.current().nextLong(maxNanos / 2);
      while (!closed && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  /** Sends all commands of the connection; no other thread does. */
  private void sendLoop() {
    lock.lock();
    try {
      while (!closed) {
        if (connection != null) {
          send(connection);
        }
        if (unsubscribed.isEmpty() || connection == null) {
          changed.awaitNanos(PING_NANOS);
        }
      }
    } catch (InterruptedException e) {
      closed = true;
    } finally {
      lock.unlock();
    }
  }

  private void send(RedisConnection current) {
    try {
      if (unsubscribed.isEmpty()) {
        current.send(RedisCommand.PING);
      } else {
        current.send(RedisCommand.SUBSCRIBE, drainUnsubscribed());
      }
      long now = System.nanoTime();
      if (Math.min(now - lastReplyNanos, now - current.lastPartNanos()) > timeoutNanos) {
        current.disconnectNow();
      }
    } catch (RedisException e) {
      current.disconnectNow(); // the reader thread reconnects
    }
  }

  private byte[][] drainUnsubscribed() {
    byte[][] names =
        unsubscribed.stream().map(channel -> Keys.bytes(channel.name())).toArray(byte[][]::new);
    unsubscribed.clear();
    return names;
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      if (connection != null) {
        connection.disconnectNow();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(Thread::interrupt);
  }
}
